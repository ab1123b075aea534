// A convolution and how many units share it: what every model of its engine starts from. A fully connected layer is a
// 1 x 1 layer on one pixel of all its inputs. Sizes in channels, filters and pixels; all counts positive.
#pragma once

#include <cstdint>

#include "modules/engine/window_shape.hpp"

namespace millrace::sim {

/// Parallelism of an engine with dot units.
struct Folding {
  std::int64_t coarse_in = 1;
  std::int64_t coarse_out = 1;
  std::int64_t coarse_group = 1;
  std::int64_t group_channels = 1;
  std::int64_t macs = 1;

  std::int64_t units() const { return coarse_in * coarse_out * coarse_group; }
  std::int64_t lanes_in() const { return coarse_in * coarse_group * group_channels; }
  std::int64_t lanes_out() const { return coarse_out * coarse_group; }
};

struct FoldedLayer {
  WindowShape window;
  std::int64_t channels = 1;
  std::int64_t filters = 1;
  std::int64_t groups = 1;
  Folding folding;

  /// Pairs that a unit looks at together (M).
  std::int64_t group_pairs() const { return window.kernel * window.kernel * folding.group_channels; }
};

}  // namespace millrace::sim
