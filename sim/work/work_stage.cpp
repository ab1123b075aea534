#include "sim/work/work_stage.hpp"

namespace millrace::sim {

void require_masks(const traces::Trace& trace) {
  if (!trace.has_masks()) {
    throw traces::TraceError(trace.file().string() +
                             ": holds a network without masks, enough to plan but not to run; capture a trace with "
                             "'millrace capture'");
  }
}

WorkStage::WorkStage(const Plan& plan, const traces::Trace& trace, Images images, const WorkOptions& options)
    : pool_(options.threads - 1) {
  require_masks(trace);
  for (const PlannedModule& module : plan.modules) {
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      queues_[engine->layer.index] =
          std::make_unique<BandQueue>(MaskWork::make(*engine, trace, images, options.simd), pool_);
    }
  }
  for (const auto& [layer, queue] : queues_) {
    queue->begin();
  }
}

std::chrono::nanoseconds WorkStage::time_in_engines() const {
  std::chrono::nanoseconds time{};
  for (const auto& [layer, queue] : queues_) {
    time += queue->time_in_next_band();
  }
  return time;
}

}  // namespace millrace::sim
