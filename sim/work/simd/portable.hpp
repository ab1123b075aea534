// Plain C++ on vectors of 16 bytes, which every processor's compiler makes something good of.
#pragma once

#include <type_traits>

#include "modules/simd/portable.hpp"
#include "sim/work/simd/division.hpp"

namespace millrace::sim {

struct Portable : simd::Portable {
  /// Set bits of every lane.
  template <typename T>
  [[gnu::always_inline]] static Vec<T> popcount(Vec<T> bits) {
    using Words = Vec<std::uint64_t>;
    // Sums of neighbours in parts of 2, 4, 8, ... bits, 64 at a time: no part overflows into the next.
    Words sums = lanes::as<Words>(bits);
    sums -= (sums >> 1) & 0x5555555555555555U;
    sums = (sums & 0x3333333333333333U) + ((sums >> 2) & 0x3333333333333333U);
    sums = (sums + (sums >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    if constexpr (sizeof(T) >= 2) {
      sums = (sums + (sums >> 8)) & 0x00FF00FF00FF00FFU;
    }
    if constexpr (sizeof(T) >= 4) {
      sums = (sums + (sums >> 16)) & 0x0000FFFF0000FFFFU;
    }
    if constexpr (sizeof(T) == 8) {
      sums = (sums + (sums >> 32)) & 0xFFFFFFFFU;
    }
    return lanes::as<Vec<T>>(sums);
  }

  /// Sums over the lanes in every 8 bytes.
  template <typename T>
  [[gnu::always_inline]] static Vec<std::uint64_t> sums_of_8_bytes(Vec<T> vector) {
    return lanes::sums_of_8_bytes<T, kBytes>(vector);
  }

  template <typename T>
  using Cost = std::conditional_t<sizeof(T) == 1, DividedByteCost<kBytes>, DividedCost<T, kBytes>>;
};

}  // namespace millrace::sim
