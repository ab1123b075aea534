// A layer with weights and how many units share it: what every model of its engine starts from. All counts positive.
#pragma once

#include <cstdint>

#include "sim/plan/dot_geometry.hpp"

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

struct FoldedLayer : DotGeometry {
  Folding folding;

  /// Pairs that a unit looks at together (M).
  std::int64_t group_pairs() const { return window.kernel * window.kernel * folding.group_channels; }
};

}  // namespace millrace::sim
