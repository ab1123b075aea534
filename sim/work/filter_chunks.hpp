// How many filters a lane of a container can count before it is emptied, given which of their weights are zero.
#pragma once

#include <cstdint>
#include <span>

#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

/// `weights`: [units][filters][words], a group has at most `pairs` of them and takes at least `least` cycles. Chunks of
/// a unit are of the same size, but for the last one.
template <typename Container>
Chunks filter_chunks(std::span<const Container> weights, std::size_t filters, std::size_t words, std::size_t pairs,
                     std::size_t least);

}  // namespace millrace::sim
