#include "sim/sizing/fifo_memory.hpp"

#include <algorithm>

namespace millrace::sim {
namespace {

/// Above whatever bits all LUTs of a design hold together.
constexpr std::int64_t kBlockPrice = std::int64_t{1} << 36;

std::int64_t price_of(std::int64_t depth, std::int64_t width, Objective objective) {
  return FifoMemory::of({depth, width}).price(objective);
}

}  // namespace

const char* objective_name(Objective objective) {
  switch (objective) {
    case Objective::kBits:
      return "bits";
    case Objective::kBlockRams:
      return "bram";
    case Objective::kWords:
      return "words";
  }
  return "";
}

FifoMemory FifoMemory::of(ArraySize fifo) {
  const std::int64_t blocks = fifo_block_rams(fifo);
  return {fifo.depth, fifo.bits(), blocks, blocks == 0 ? fifo.bits() : 0};
}

FifoMemory& FifoMemory::operator+=(const FifoMemory& other) {
  words += other.words;
  bits += other.bits;
  block_rams += other.block_rams;
  lut_bits += other.lut_bits;
  return *this;
}

std::int64_t FifoMemory::amount(Objective objective) const {
  switch (objective) {
    case Objective::kBits:
      return bits;
    case Objective::kBlockRams:
      return block_rams;
    case Objective::kWords:
      return words;
  }
  return 0;
}

std::int64_t FifoMemory::price(Objective objective) const {
  return objective == Objective::kBlockRams ? block_rams * kBlockPrice + lut_bits : amount(objective);
}

std::int64_t next_shallower(std::int64_t depth, std::int64_t width, Objective objective) {
  const std::int64_t price = price_of(depth, width, objective);
  std::int64_t cheaper = 0;
  for (std::int64_t same = depth; same - cheaper > 1;) {
    const std::int64_t middle = cheaper + (same - cheaper) / 2;
    (price_of(middle, width, objective) < price ? cheaper : same) = middle;
  }
  return cheaper;
}

std::int64_t deepest_of_same_price(std::int64_t depth, std::int64_t width, Objective objective) {
  const std::int64_t price = price_of(depth, width, objective);
  std::int64_t same = depth;
  std::int64_t dearer = depth + 1;
  while (price_of(dearer, width, objective) == price) {
    same = dearer;
    dearer *= 2;
  }
  while (dearer - same > 1) {
    const std::int64_t middle = same + (dearer - same) / 2;
    (price_of(middle, width, objective) == price ? same : dearer) = middle;
  }
  return same;
}

}  // namespace millrace::sim
