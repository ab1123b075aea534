// Plain C++ on vectors of 16 bytes, which every processor's compiler makes something good of.
#pragma once

#include "modules/simd/lanes.hpp"

namespace millrace::simd {

struct Portable {
  static constexpr std::size_t kBytes = 16;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

  /// As many lanes as a vector of wider ones has.
  template <typename To, typename From>
  using Narrow = lanes::Vector<From, kBytes / sizeof(To) * sizeof(From)>;

  /// The same numbers in wider lanes.
  template <typename To, typename From>
  [[gnu::always_inline]] static Vec<To> widened(Narrow<To, From> narrow) {
    return lanes::converted<To>(narrow);
  }
  /// Lanes of which only the low part counts.
  template <typename To, typename From>
  [[gnu::always_inline]] static auto narrowed(Vec<From> vector) {
    return lanes::converted<To>(vector);
  }
};

}  // namespace millrace::simd
