// Plain C++ on vectors of 16 bytes, which every processor's compiler makes something good of.
#pragma once

#include "sim/work/simd/division.hpp"
#include "sim/work/simd/lanes.hpp"

namespace millrace::sim {

struct Portable {
  static constexpr std::size_t kBytes = 16;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

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

  /// A vector's worth of narrower lanes, from memory.
  template <typename To, typename From>
  [[gnu::always_inline]] static Vec<To> widened(const From* from) {
    using Narrow = lanes::Vector<From, kBytes / sizeof(To) * sizeof(From)>;
    return lanes::converted<To>(lanes::load<Narrow>(from));
  }
  /// Lanes of which only the low part counts.
  template <typename To, typename From>
  [[gnu::always_inline]] static auto narrowed(Vec<From> vector) {
    return lanes::converted<To>(vector);
  }

  template <typename T>
  using Cost = DividedCost<T, kBytes>;
};

}  // namespace millrace::sim
