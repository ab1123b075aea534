// Which lane unit works which channel (fpgaConvNet's interleaving), and what a lane then sees. "Block" is what stays
// together: a channel, or the `group_channels` channels of a group.
//
// Beat r carries the blocks at places r * lanes ... (r + 1) * lanes - 1 of the order; the block at place i is worked by
// lane i mod lanes. Balanced: blocks by ascending key, row by row, every odd row reversed (snake), so that each lane
// gets its share of fast and of slow ones. Blocks of equal key keep their order (the published code sorts unstably:
// compare means of lanes with it, not orders).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/analytical/dot_cycles.hpp"
#include "sim/analytical/zero_histogram.hpp"

namespace millrace::sim::analytical {

/// Blocks in the order in which they travel: a permutation of 0 ... blocks - 1.
using LaneOrder = std::vector<std::int64_t>;

LaneOrder natural_order(std::int64_t blocks);

/// `lanes` divides the number of keys.
LaneOrder balanced_order(std::span<const double> keys, std::int64_t lanes);

/// Groups a cycle, 1 / E[T]: the published key for K > 1. Infinite where groups cost nothing.
std::vector<double> speed_keys(std::span<const ZeroHistogram> blocks, DotUnit unit);

/// Mean zero fraction: the published key for K = 1.
std::vector<double> sparsity_keys(std::span<const ZeroHistogram> blocks);

/// A histogram a lane: the mean of those of its blocks. Throws std::invalid_argument if `lanes` does not divide them.
std::vector<ZeroHistogram> lane_histograms(std::span<const ZeroHistogram> blocks, const LaneOrder& order,
                                           std::int64_t lanes);

}  // namespace millrace::sim::analytical
