// Plain C++ on vectors of 16 bytes, which every processor's compiler makes something good of.
#pragma once

#include "modules/simd/lanes.hpp"

namespace millrace::simd {

struct Portable {
  static constexpr std::size_t kBytes = 16;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

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
};

}  // namespace millrace::simd
