// The analytical model against the simulation: what formulas predict for a plan, what the trace's own zeros do, and why
// the two differ.
//
// Why is a ladder from the mean form to the full model. Every rung is cycles an image and restricts one thing more than
// the rung before it; what the step costs is the difference, so the steps sum to the whole error:
//
//   mean form         I of the formula, every group takes ceil((1 - S) * M / N)
//   histogram         I of the formula, every lane sees the histogram of its layer
//   lanes             I of the formula, slowest lane (fpgaConvNet's histogram form)
//   units             slowest unit: what it works, from the trace. Units of a lane differ by their filters
//   window supply     slowest engine alone, between an ideal source and sink, all its windows of the same work: what
//   its
//                     window costs that walks the padded map, and is empty at the start of a row and of an image
//   queues            the same with the work of the trace: windows that take longer than others fill its queue and its
//                     pixel buffers, and units wait for each other
//   stream depths     all engines together, streams as deep as they are, but for those at Forks and joins
//   branches          those too
//   fill and drain    total cycles / images of one run that begins and ends empty
//   memory            the same with its own memory: what `millrace run` simulates
//
// Down to "units" nothing waits for anything; down to "queues" engines do not wait for each other and the slowest sets
// the interval. Down to "branches" images follow each other for ever: measured over a pass through all of them behind
// others. Streams that do not count yet have room for two images (relaxed_plan.hpp). Up to "memory", memory gives and
// takes a word an edge.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/analytical/layer_model.hpp"
#include "sim/plan/plan.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/statistics/moving_spread.hpp"
#include "sim/structure/deadlock.hpp"
#include "sim/validation/prediction.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

inline constexpr std::array<std::string_view, 10> kRungs = {"mean form",      "histogram", "lanes",         "units",
                                                            "window supply",  "queues",    "stream depths", "branches",
                                                            "fill and drain", "memory"};
/// Of these, the first six are known of every engine by itself.
inline constexpr std::size_t kEngineRungs = 6;

/// Cycles an image, up to "queues". The last is the engine simulated in isolation.
using EngineRungs = std::array<double, kEngineRungs>;

struct LayerValidation {
  ModuleId module;
  EngineRungs rungs{};
  double busy = 0.0;  ///< of its slowest unit in the full model, an image
  std::vector<MovingSpread> spread;

  double mean_form() const { return rungs[0]; }
  double histogram_form() const { return rungs[2]; }
  double isolated() const { return rungs.back(); }
};

struct Rung {
  double cycles = 0.0;
  std::optional<ModuleId> slowest;  ///< the engine that sets it, while one does
};

struct Validation {
  Images images;
  std::vector<LayerValidation> layers;
  std::array<Rung, kRungs.size()> ladder;
  NetworkPrediction mean_form;
  NetworkPrediction histogram_form;
  double interval = 0.0;  ///< of the full model, over a pass through all images behind others
  Outcome simulated;      ///< the full model, from empty to empty
};

/// How far it is, in jobs.
using ToldOfJobs = std::function<void(std::size_t done, std::size_t all)>;

/// The trace must be that of the work. A Deadlock if the full model gets stuck. The result does not depend on
/// `threads`.
std::variant<Validation, Deadlock> validate(const Plan& plan, const traces::Trace& trace, const RecordedWork& work,
                                            const analytical::LayerModel& model, std::size_t threads,
                                            const ToldOfJobs& told);

}  // namespace millrace::sim
