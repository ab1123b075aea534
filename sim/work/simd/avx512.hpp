// AVX-512 with BITALG and VPOPCNTDQ: set bits in one instruction at every width.
#pragma once

#include <immintrin.h>

#include "sim/work/simd/division.hpp"
#include "sim/work/simd/lanes.hpp"

namespace millrace::sim {

struct Avx512 {
  static constexpr std::size_t kBytes = 64;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

  template <typename T>
  [[gnu::always_inline]] static Vec<T> popcount(Vec<T> bits) {
    const __m512i all = lanes::as<__m512i>(bits);
    if constexpr (sizeof(T) == 1) {
      return lanes::as<Vec<T>>(_mm512_popcnt_epi8(all));
    } else if constexpr (sizeof(T) == 2) {
      return lanes::as<Vec<T>>(_mm512_popcnt_epi16(all));
    } else if constexpr (sizeof(T) == 4) {
      return lanes::as<Vec<T>>(_mm512_popcnt_epi32(all));
    } else {
      return lanes::as<Vec<T>>(_mm512_popcnt_epi64(all));
    }
  }

  /// A vector's worth of narrower lanes, from memory. The compiler's own conversions are slow beyond a factor of 2.
  template <typename To, typename From>
  [[gnu::always_inline]] static Vec<To> widened(const From* from) {
    using Narrow = lanes::Vector<From, kBytes / sizeof(To) * sizeof(From)>;
    const Narrow narrow = lanes::load<Narrow>(from);
    if constexpr (sizeof(From) == 1 && sizeof(To) == 2) {
      return lanes::as<Vec<To>>(_mm512_cvtepu8_epi16(lanes::as<__m256i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 4) {
      return lanes::as<Vec<To>>(_mm512_cvtepu8_epi32(lanes::begun_with<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 8) {
      return lanes::as<Vec<To>>(_mm512_cvtepu8_epi64(lanes::begun_with<__m128i>(narrow)));
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
    } else {
      narrow = lanes::converted<To>(vector);
    }
    return narrow;
  }

  class ByteCost {
   public:
    [[gnu::always_inline]] explicit ByteCost(const CostRule& rule)
        : table_(_mm512_broadcast_i32x4(lanes::load<__m128i>(rule.of_8))) {}
    [[gnu::always_inline]] Vec<std::uint8_t> operator()(Vec<std::uint8_t> survivors) const {
      return lanes::as<Vec<std::uint8_t>>(_mm512_shuffle_epi8(table_, lanes::as<__m512i>(survivors)));
    }

   private:
    __m512i table_;
  };

  class WordCost {
   public:
    [[gnu::always_inline]] explicit WordCost(const CostRule& rule) : table_(lanes::load<__m512i>(rule.of_16)) {}
    [[gnu::always_inline]] Vec<std::uint16_t> operator()(Vec<std::uint16_t> survivors) const {
      return lanes::as<Vec<std::uint16_t>>(_mm512_permutexvar_epi16(lanes::as<__m512i>(survivors), table_));
    }

   private:
    __m512i table_;
  };

  template <typename T>
  struct CostOf {
    using type = DividedCost<T, kBytes>;
  };
  template <typename T>
  using Cost = typename CostOf<T>::type;
};

template <>
struct Avx512::CostOf<std::uint8_t> {
  using type = ByteCost;
};
template <>
struct Avx512::CostOf<std::uint16_t> {
  using type = WordCost;
};

}  // namespace millrace::sim
