#include "sim/sizing/sized_accelerator.hpp"

namespace millrace::sim {

Accelerator sized_accelerator(Accelerator accelerator, const Plan& plan, const traces::Network& network,
                              const std::vector<Knob>& knobs, const Depths& depths) {
  for (std::size_t index = 0; index < knobs.size(); ++index) {
    const Knob& knob = knobs[index];
    if (const auto* buffers = std::get_if<PixelBuffers>(&knob.what)) {
      const std::string& layer = network.layer(plan.module(buffers->module).layer.value()).name;
      accelerator.layers[layer].pixel_buffers = Setting<std::int64_t>{depths[index], {}};
    } else if (!knob.is_pinned || depths[index] != knob.before) {
      accelerator.streams[knob.name] = {depths[index], {}};
    }
  }
  return accelerator;
}

}  // namespace millrace::sim
