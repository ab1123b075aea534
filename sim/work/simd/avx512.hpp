// AVX-512 with BITALG and VPOPCNTDQ: set bits in one instruction at every width.
#pragma once

#include <immintrin.h>

#include "modules/simd/avx512.hpp"
#include "sim/work/simd/division.hpp"

namespace millrace::sim {

struct Avx512 : simd::Avx512 {
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

  template <typename T>
  [[gnu::always_inline]] static Vec<std::uint64_t> sums_of_8_bytes(Vec<T> vector) {
    if constexpr (sizeof(T) == 1) {
      return lanes::as<Vec<std::uint64_t>>(_mm512_sad_epu8(lanes::as<__m512i>(vector), _mm512_setzero_si512()));
    } else {
      return lanes::sums_of_8_bytes<T, kBytes>(vector);
    }
  }

  class ByteCost {
   public:
    static constexpr bool kIsPairs = false;
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
    static constexpr bool kIsPairs = false;
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
