// AVX-512: vectors of 64 bytes.
#pragma once

#include <immintrin.h>

#include "modules/simd/lanes.hpp"

namespace millrace::simd {

struct Avx512 {
  static constexpr std::size_t kBytes = 64;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

  /// As many lanes as a vector of wider ones has.
  template <typename To, typename From>
  using Narrow = lanes::Vector<From, kBytes / sizeof(To) * sizeof(From)>;

  /// The same numbers in wider lanes. The compiler's own conversions are slow beyond a factor of 2, and
  /// from 32 bytes to 64.
  template <typename To, typename From>
  [[gnu::always_inline]] static Vec<To> widened(Narrow<To, From> narrow) {
    if constexpr (sizeof(From) == 1 && sizeof(To) == 2) {
      return lanes::as<Vec<To>>(_mm512_cvtepu8_epi16(lanes::as<__m256i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 4) {
      return lanes::as<Vec<To>>(_mm512_cvtepu8_epi32(lanes::begun_with<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 8) {
      // Not begun_with(): GCC 12 ends with an internal error where a mask follows.
      return lanes::as<Vec<To>>(_mm512_cvtepu8_epi64(_mm_set1_epi64x(lanes::as<long long>(narrow))));
    } else if constexpr (sizeof(From) == 2 && sizeof(To) == 4) {
      return lanes::as<Vec<To>>(_mm512_cvtepu16_epi32(lanes::as<__m256i>(narrow)));
    } else if constexpr (sizeof(From) == 2 && sizeof(To) == 8) {
      return lanes::as<Vec<To>>(_mm512_cvtepu16_epi64(lanes::as<__m128i>(narrow)));
    } else {
      return lanes::converted<To>(narrow);
    }
  }
  /// Lanes of which only the low part counts.
  template <typename To, typename From>
  [[gnu::always_inline]] static auto narrowed(Vec<From> vector) {
    using Narrow = lanes::Vector<To, kBytes / sizeof(From) * sizeof(To)>;
    Narrow narrow;
    if constexpr (sizeof(To) == 1 && sizeof(From) == 4) {
      const __m128i all = _mm512_cvtepi32_epi8(lanes::as<__m512i>(vector));
      __builtin_memcpy(&narrow, &all, sizeof(narrow));
    } else if constexpr (sizeof(To) == 1 && sizeof(From) == 8) {
      const __m128i all = _mm512_cvtepi64_epi8(lanes::as<__m512i>(vector));
      __builtin_memcpy(&narrow, &all, sizeof(narrow));
    } else if constexpr (sizeof(To) == 2 && sizeof(From) == 8) {
      const __m128i all = _mm512_cvtepi64_epi16(lanes::as<__m512i>(vector));
      __builtin_memcpy(&narrow, &all, sizeof(narrow));
    } else {
      narrow = lanes::converted<To>(vector);
    }
    return narrow;
  }
};

}  // namespace millrace::simd
