// AVX2: vectors of 32 bytes.
#pragma once

#include <immintrin.h>

#include "modules/simd/lanes.hpp"

namespace millrace::simd {

struct Avx2 {
  static constexpr std::size_t kBytes = 32;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

  /// As many lanes as a vector of wider ones has.
  template <typename To, typename From>
  using Narrow = lanes::Vector<From, kBytes / sizeof(To) * sizeof(From)>;

  /// The same numbers in wider lanes. The compiler's own conversions are slow beyond a factor of 2.
  template <typename To, typename From>
  [[gnu::always_inline]] static Vec<To> widened(Narrow<To, From> narrow) {
    if constexpr (sizeof(From) == 1 && sizeof(To) == 2) {
      return lanes::as<Vec<To>>(_mm256_cvtepu8_epi16(lanes::as<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 4) {
      return lanes::as<Vec<To>>(_mm256_cvtepu8_epi32(lanes::begun_with<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 8) {
      return lanes::as<Vec<To>>(_mm256_cvtepu8_epi64(lanes::begun_with<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 2 && sizeof(To) == 8) {
      return lanes::as<Vec<To>>(_mm256_cvtepu16_epi64(lanes::begun_with<__m128i>(narrow)));
    } else {
      return lanes::converted<To>(narrow);
    }
  }
  /// Lanes of which only the low part counts.
  template <typename To, typename From>
  [[gnu::always_inline]] static auto narrowed(Vec<From> vector) {
    if constexpr (sizeof(From) > 2 * sizeof(To)) {
      using Half = lanes::Vector<std::uint16_t, kBytes / sizeof(From) * sizeof(std::uint16_t)>;
      const Half half = lanes::converted<std::uint16_t>(vector);
      return lanes::converted<To>(half);
    } else {
      return lanes::converted<To>(vector);
    }
  }
};

}  // namespace millrace::simd
