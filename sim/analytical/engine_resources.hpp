// DSPs and block RAMs of one engine (fpgaConvNet). LUTs and flip-flops are not modelled: the published figures come
// from regressions whose coefficients are not public facts.
//
//   DSPs        one multiplier a MAC, dense or not
//   weights     depth ceil(F/g * C * K*K / MACs in all); dense units: one memory for all MACs; units that skip: one a
//               MAC, as each has an address of its own
//   windows     K > 1: line FIFO of Cs*Wp words, and K window FIFOs of Cs, each (K-1) values wide: for all input lanes
//               together where units are dense, else for every lane
#pragma once

#include <cstdint>

#include "sim/plan/folded_layer.hpp"
#include "sim/resources/dsp.hpp"

namespace millrace::sim::analytical {

/// How weights and windows lie in memories.
enum class MemoryLayout { kPacked, kPerLane };

std::int64_t engine_dsps(const FoldedLayer& layer, OperandBits bits);

/// BRAM18.
std::int64_t engine_block_rams(const FoldedLayer& layer, OperandBits bits, MemoryLayout layout);

/// Of its windows alone; 0 where K = 1.
std::int64_t window_block_rams(const FoldedLayer& layer, std::int64_t bits, MemoryLayout layout);

}  // namespace millrace::sim::analytical
