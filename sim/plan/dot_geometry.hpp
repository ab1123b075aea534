// A layer with weights as a convolution over a map: what its engine, its work and its statistics have in common.
#pragma once

#include "modules/engine/window_shape.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// Map, window, channels and filters of a layer with weights. A fully connected one sees a single pixel of all its
/// inputs.
struct DotGeometry {
  WindowShape window;
  std::int64_t channels = 1;
  std::int64_t filters = 1;
  std::int64_t groups = 1;
};

/// False for a kernel whose height is not its width: no engine takes it, and it has no geometry.
bool has_square_kernel(const traces::Layer& layer);

/// The layer must have weights and a square kernel.
DotGeometry dot_geometry(const traces::Network& network, const traces::Layer& layer);

}  // namespace millrace::sim
