#include "sim/folding/row_buffers.hpp"

namespace millrace::sim {
namespace {

void deepen(Accelerator& accelerator, const PlannedStream& stream, std::int64_t words) {
  if (words > stream.depth.words) {
    accelerator.streams[stream.name] = Setting<std::int64_t>{words, {}};
  }
}

}  // namespace

void add_row_buffers(Accelerator& accelerator, const Plan& plan, const traces::Network& network) {
  for (const PlannedModule& module : plan.modules) {
    const auto* window = std::get_if<SlidingWindowParameters>(&module.parameters);
    if (window == nullptr) {
      continue;
    }
    if (window->shape.kernel > 1) {
      deepen(accelerator, plan.stream(module.inputs.front()), window->shape.width * window->beats);
    }
    if (window->shape.stride == 1) {
      continue;
    }
    const std::int64_t row = window->shape.out_width() * window->beats;
    const PlannedStream& windows = plan.stream(module.outputs.front());
    const PlannedModule& reader = plan.module(windows.to);
    if (!std::holds_alternative<DotEngine>(reader.parameters)) {
      deepen(accelerator, plan.stream(reader.outputs.front()), row);
    } else if (row > windows.depth.words) {
      accelerator.layers[network.layer(*reader.layer).name].queue = Setting<std::int64_t>{row, {}};
    }
  }
}

}  // namespace millrace::sim
