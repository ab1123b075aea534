// Formulas against simulation over many designs of one network: how far off they are, whether they put the designs in
// the right order, and what it costs to take the one that they would.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/analytical/layer_model.hpp"
#include "sim/plan/plan.hpp"
#include "sim/validation/validation.hpp"
#include "sim/work/work_stage.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Designs by number, from 0.
struct DesignList {
  std::size_t size = 0;
  std::function<const traces::Trace&(std::size_t)> trace;
  std::function<Images(std::size_t)> images;           ///< the first ones of its trace
  std::function<std::uint64_t(std::size_t)> work_key;  ///< equal where the units' work is the same (RecordedWork)
  std::function<Plan(std::size_t)> plan;               ///< throws ConfigError if the design is not legal
};

/// Intervals in cycles; none if the design is not legal, or gets stuck.
struct ComparedDesign {
  std::string problem;  ///< empty if there is none
  Resources resources;
  double mean_form = 0.0;
  double histogram_form = 0.0;
  double simulated = 0.0;

  bool is_fine() const { return problem.empty(); }
};

/// The result does not depend on the number of threads. Once `stop` is set no design is begun, and those that are left
/// have kInterrupted for a problem. Throws TraceError if a trace has no masks.
std::vector<ComparedDesign> compare_designs(const DesignList& designs, const analytical::LayerModel& model,
                                            const WorkOptions& options, const ToldOfJobs& told,
                                            const std::atomic<bool>& stop);
inline constexpr const char* kInterrupted = "interrupted";

/// Which design a formula would take.
struct Choice {
  std::size_t design = 0;  ///< of those with the shortest predicted interval, that of least memory, else the first
  std::size_t equals = 0;  ///< how many have that predicted interval
  double lost = 0.0;       ///< of the throughput of the best design, by the one that is taken
  double most_lost = 0.0;  ///< by the worst of the equals
};

/// How one form does over all designs that are fine.
struct FormSummary {
  std::vector<double> errors;  ///< (predicted - simulated) / simulated, ascending
  std::optional<double> tau;   ///< rank correlation of predicted and simulated throughput
  Choice choice;

  double mean_error_size() const;
  /// `fraction` 0: least, 0.5: median, 1: most. The nearest of the errors.
  double quantile(double fraction) const;
};

enum class Form { kMean, kHistogram };

/// Nothing if no design is fine.
std::optional<FormSummary> summary(const std::vector<ComparedDesign>& designs, Form form);

/// The design of the shortest simulated interval, the first of equals. Needs one that is fine.
std::size_t best_design(const std::vector<ComparedDesign>& designs);

}  // namespace millrace::sim
