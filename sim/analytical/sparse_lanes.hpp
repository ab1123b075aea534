// What the units of a skipping layer see, and the pace that the slowest lane sets.
#pragma once

#include <vector>

#include "sim/analytical/dot_cycles.hpp"
#include "sim/analytical/zero_histogram.hpp"
#include "sim/plan/folded_layer.hpp"

namespace millrace::sim::analytical {

/// A histogram a lane unit (coarse_in * coarse_group), over the M pairs of a group.
struct SparseLanes {
  std::vector<ZeroHistogram> histograms;
  EmptyGroups empty = EmptyGroups::kOneCycle;
};

struct LanePace {
  double dot_cycles = 0.0;    ///< the largest E[T] of a lane
  double sums_a_cycle = 1.0;  ///< partial sums that pass, empty ones for nothing: min over lanes of 1/(1 - P(empty))
};

/// Throws std::invalid_argument if lanes or pairs are not those of the folding.
void check_lanes(const FoldedLayer& layer, const SparseLanes& lanes);

LanePace slowest_lane(const SparseLanes& lanes, std::int64_t macs);

}  // namespace millrace::sim::analytical
