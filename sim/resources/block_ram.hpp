// Block RAMs (BRAM18) of arrays on an FPGA of AMD, by fpgaConvNet's rule. A block is used in one of its six shapes:
// 16384 x 1, 8192 x 2, 4096 x 4, 2048 x 9, 1024 x 18 or 512 x 36 (words x bits): the narrowest that is as wide as the
// array, or 36; then ceil(width / w) * ceil(depth / d) blocks.
#pragma once

#include <cstdint>

namespace millrace::sim {

/// Words and bits a word.
struct ArraySize {
  std::int64_t depth = 0;
  std::int64_t width = 0;
  std::int64_t bits() const { return depth * width; }
};

/// Blocks of an array that is in block RAM, whatever its size.
std::int64_t block_rams(ArraySize array);

/// Of a memory: none below 1024 bits.
std::int64_t memory_block_rams(ArraySize memory);

/// Of a FIFO: none up to 1024 bits or up to 32 words, which LUTs hold.
std::int64_t fifo_block_rams(ArraySize fifo);

}  // namespace millrace::sim
