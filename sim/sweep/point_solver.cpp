#include "sim/sweep/point_solver.hpp"

#include <fmt/format.h>

#include "sim/output/atomic_file.hpp"
#include "sim/output/run_json.hpp"
#include "sim/plan/planner.hpp"
#include "sim/resolve/rerun.hpp"
#include "sim/structure/join_depths.hpp"
#include "sim/structure/remedy.hpp"
#include "sim/sweep/result_columns.hpp"
#include "traces/threshold_codes.hpp"

namespace millrace::sim {
namespace {

/// The trace with thresholds. Its file has no name any more: it is gone when the trace is.
traces::Trace thresholded(const traces::Trace& trace, const traces::CodeThresholds& thresholds, Images images,
                          const SweepFolder& folder) {
  const std::filesystem::path file = folder.masks();
  traces::write_thresholded(trace, thresholds, static_cast<std::size_t>(images.count), file);
  traces::Trace result = traces::Trace::open(file);
  std::filesystem::remove(file);
  return result;
}

Json thresholds_json(const traces::CodeThresholds& thresholds, const traces::Network& network) {
  Json activations = Json::object();
  for (const auto& [edge, threshold] : thresholds.activations) {
    activations[network.edge(traces::EdgeId{edge}).name] = threshold;
  }
  Json weights = Json::object();
  for (const auto& [layer, threshold] : thresholds.weights) {
    weights[network.layer(traces::LayerId{layer}).name] = threshold;
  }
  return {{"order", "first"}, {"activations", std::move(activations)}, {"weights", std::move(weights)}};
}

std::string reason_of(const Deadlock& deadlock) {
  const std::string stuck = fmt::format("nothing can move after cycle {}", deadlock.cycle.value_or(Cycle{}).edge());
  if (!deadlock.remedy) {
    return stuck + "; no single depth frees it";
  }
  const Remedy& remedy = *deadlock.remedy;
  return fmt::format("{}; depth {} for '{}', now {}, frees it{}", stuck, remedy.sufficient, remedy.stream, remedy.depth,
                     deadlock.too_short.empty() ? "" : ", if others are deepened too");
}

}  // namespace

PointRow PointSolver::solve(std::size_t point) {
  std::optional<DesignPoint> design;
  std::optional<Plan> plan;
  try {
    design = study_.points().at(point);
    plan = complete(draft_plan(design->accelerator, study_.trace(design->trace).network()));
  } catch (const ConfigError& error) {
    return {point, PointStatus::kIllegal, error.what(), {}};
  }
  const RecordedWork& work = work_of(point, *design, *plan);
  std::variant<Outcome, Deadlock> result = Rerun(*plan, work).run();
  if (auto* deadlock = std::get_if<Deadlock>(&result)) {
    find_remedy(*deadlock, *plan);
    return {point, PointStatus::kDeadlock, reason_of(*deadlock), result_values(*plan, nullptr)};
  }
  const Outcome& outcome = std::get<Outcome>(result);
  const traces::Trace& trace = study_.trace(design->trace);
  constexpr bool kWithSpeed = false;
  Json json = run_json(*plan, trace, outcome, kWithSpeed);
  if (!design->thresholds.empty()) {
    json["thresholds"] = thresholds_json(design->thresholds, trace.network());
  }
  write_file(folder_.point(point), json.dump(1) + "\n");
  return {point, PointStatus::kOk, "", result_values(*plan, &outcome)};
}

const RecordedWork& PointSolver::work_of(std::size_t point, const DesignPoint& design, const Plan& plan) {
  const std::uint64_t key = study_.points().work_key(point);
  if (key_ != key) {
    work_.reset();
    const traces::Trace& trace = study_.trace(design.trace);
    const Images images = study_.images(design.trace);
    if (design.thresholds.empty()) {
      work_.emplace(plan, trace, images, options_);
    } else {
      work_.emplace(plan, thresholded(trace, design.thresholds, images, folder_), images, options_);
    }
    key_ = key;
  }
  return *work_;
}

}  // namespace millrace::sim
