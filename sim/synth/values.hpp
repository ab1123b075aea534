// Values of made-up tensors: 0 and 1, channel innermost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/synth/random.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// Every value is 1 with the density of its channel, independently. `densities` has one a channel.
std::vector<float> independent_values(std::int64_t positions, std::span<const double> densities, Random& random);

/// Channel c repeats one random pattern of kernel x kernel positions, `zeros[c]` of them 0, in both directions. A
/// window of kernel x kernel holds each position of the pattern once, wherever it lies: it has exactly `zeros[c]`
/// zeros, if it lies inside the map.
std::vector<float> periodic_values(const traces::MapShape& map, std::int64_t kernel,
                                   std::span<const std::int64_t> zeros, Random& random);

}  // namespace millrace::sim
