// What counting pairs costs at the very least: load masks, AND, count bits, add. Nothing of it is kept but one sum.
#pragma once

#include <cstddef>
#include <cstdint>

#include "modules/simd/level.hpp"

namespace millrace::bench {

/// The groups of one slot of a band against all its filters, as sim/work/simd has them.
template <typename Container>
struct BareTask {
  const Container* activations;  ///< [words][pitch]
  const Container* weights;      ///< [filters][words]
  std::size_t pitch;
  std::size_t pixels;
  std::size_t words;
  std::size_t filters;
};

struct BareLoops {
  std::uint64_t (*of_8)(const BareTask<std::uint8_t>&);
  std::uint64_t (*of_16)(const BareTask<std::uint16_t>&);
  std::uint64_t (*of_32)(const BareTask<std::uint32_t>&);
  std::uint64_t (*of_64)(const BareTask<std::uint64_t>&);
};

const BareLoops& portable_bare_loops();
const BareLoops& avx2_bare_loops();
const BareLoops& avx512_bare_loops();

}  // namespace millrace::bench
