// AVX2: set bits by a table of 16 nibbles.
#pragma once

#include <immintrin.h>

#include "modules/simd/avx2.hpp"
#include "sim/work/simd/division.hpp"

namespace millrace::sim {

struct Avx2 : simd::Avx2 {
  template <typename T>
  [[gnu::always_inline]] static Vec<T> popcount(Vec<T> bits) {
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                           0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i all = lanes::as<__m256i>(bits);
    const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(all, nibble));
    const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(all, 4), nibble));
    __m256i sums = _mm256_add_epi8(low, high);
    if constexpr (sizeof(T) == 8) {
      sums = _mm256_sad_epu8(sums, _mm256_setzero_si256());
    } else if constexpr (sizeof(T) >= 2) {
      sums = _mm256_maddubs_epi16(sums, _mm256_set1_epi8(1));
      if constexpr (sizeof(T) == 4) {
        sums = _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
      }
    }
    return lanes::as<Vec<T>>(sums);
  }

  template <typename T>
  [[gnu::always_inline]] static Vec<std::uint64_t> sums_of_8_bytes(Vec<T> vector) {
    if constexpr (sizeof(T) == 1) {
      return lanes::as<Vec<std::uint64_t>>(_mm256_sad_epu8(lanes::as<__m256i>(vector), _mm256_setzero_si256()));
    } else {
      return lanes::sums_of_8_bytes<T, kBytes>(vector);
    }
  }

  /// Looked up, not computed, where the survivors are few.
  class ByteCost {
   public:
    static constexpr bool kIsPairs = false;
    [[gnu::always_inline]] explicit ByteCost(const CostRule& rule)
        : table_(_mm256_broadcastsi128_si256(lanes::load<__m128i>(rule.of_8))) {}
    [[gnu::always_inline]] Vec<std::uint8_t> operator()(Vec<std::uint8_t> survivors) const {
      return lanes::as<Vec<std::uint8_t>>(_mm256_shuffle_epi8(table_, lanes::as<__m256i>(survivors)));
    }

   private:
    __m256i table_;
  };

  template <typename T>
  struct CostOf {
    using type = DividedCost<T, kBytes>;
  };
  template <typename T>
  using Cost = typename CostOf<T>::type;
};

template <>
struct Avx2::CostOf<std::uint8_t> {
  using type = ByteCost;
};

}  // namespace millrace::sim
