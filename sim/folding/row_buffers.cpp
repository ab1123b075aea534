#include "sim/folding/row_buffers.hpp"

namespace millrace::sim {

void add_row_buffers(Accelerator& accelerator, const Plan& plan, const traces::Network& network) {
  for (const PlannedModule& module : plan.modules) {
    const auto* window = std::get_if<SlidingWindowParameters>(&module.parameters);
    if (window == nullptr || window->shape.stride == 1) {
      continue;
    }
    const std::int64_t row = window->shape.out_width() * window->beats;
    const PlannedModule& reader = plan.module(plan.stream(module.outputs.front()).to);
    if (std::holds_alternative<DotEngine>(reader.parameters)) {
      accelerator.layers[network.layer(*reader.layer).name].queue = Setting<std::int64_t>{row, {}};
    } else {
      accelerator.streams[plan.stream(reader.outputs.front()).name] = Setting<std::int64_t>{row, {}};
    }
  }
}

}  // namespace millrace::sim
