// DSP blocks of multipliers on an FPGA of AMD: one 18 x 27 bit multiplier a block. Two products of 8 bits, or four of
// 4 bits, share a block (fpgaConvNet's rule). A unit that skips zeros takes fewer only because it has fewer MACs.
#pragma once

#include <cstdint>

namespace millrace::sim {

/// Bits of the two factors.
struct OperandBits {
  std::int64_t data = 16;
  std::int64_t weights = 16;
};

/// ceil(macs * ceil(data / 18) * ceil(weights / 27) * s), s = 1/4 if both have at most 4 bits, 1/2 if both have at most
/// 8, else 1.
std::int64_t dsps(std::int64_t macs, OperandBits bits);

}  // namespace millrace::sim
