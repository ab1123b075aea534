#include "sim/resources/block_ram.hpp"

#include <algorithm>
#include <array>

#include "sim/resources/ceil_div.hpp"

namespace millrace::sim {
namespace {

constexpr std::array<ArraySize, 6> kShapes{{{16384, 1}, {8192, 2}, {4096, 4}, {2048, 9}, {1024, 18}, {512, 36}}};
constexpr std::int64_t kSmallestBits = 1024;
constexpr std::int64_t kMostLutramWords = 32;

}  // namespace

std::int64_t block_rams(ArraySize array) {
  const std::int64_t wanted = std::min(array.width, kShapes.back().width);
  const ArraySize shape =
      *std::find_if(kShapes.begin(), kShapes.end(), [&](ArraySize candidate) { return candidate.width >= wanted; });
  return ceil_div(array.width, shape.width) * ceil_div(array.depth, shape.depth);
}

std::int64_t memory_block_rams(ArraySize memory) {
  return memory.bits() < kSmallestBits ? 0 : block_rams(memory);
}

std::int64_t fifo_block_rams(ArraySize fifo) {
  return fifo.bits() <= kSmallestBits || fifo.depth <= kMostLutramWords ? 0 : block_rams(fifo);
}

}  // namespace millrace::sim
