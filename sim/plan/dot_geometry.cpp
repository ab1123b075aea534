#include "sim/plan/dot_geometry.hpp"

namespace millrace::sim {

bool has_square_kernel(const traces::Layer& layer) {
  const auto* conv = std::get_if<traces::Convolution>(&layer.op);
  return conv == nullptr || conv->kernel_height == conv->kernel_width;
}

DotGeometry dot_geometry(const traces::Network& network, const traces::Layer& layer) {
  const traces::MapShape& in = network.edge(layer.inputs.front()).shape;
  if (const auto* connected = std::get_if<traces::FullyConnected>(&layer.op)) {
    return {WindowShape{}, in.elements(), connected->outputs, 1};
  }
  const auto& conv = std::get<traces::Convolution>(layer.op);
  const WindowShape window{in.height,     in.width,       conv.kernel_height, conv.stride,
                           conv.pads.top, conv.pads.left, conv.pads.bottom,   conv.pads.right};
  return {window, in.channels, conv.filters, conv.groups};
}

}  // namespace millrace::sim
