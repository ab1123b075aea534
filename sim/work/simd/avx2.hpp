// AVX2: set bits by a table of 16 nibbles.
#pragma once

#include <immintrin.h>

#include "sim/work/simd/division.hpp"
#include "sim/work/simd/lanes.hpp"

namespace millrace::sim {

struct Avx2 {
  static constexpr std::size_t kBytes = 32;
  template <typename T>
  using Vec = lanes::Vector<T, kBytes>;

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

  /// A vector's worth of narrower lanes, from memory. The compiler's own conversions are slow beyond a factor of 2.
  template <typename To, typename From>
  [[gnu::always_inline]] static Vec<To> widened(const From* from) {
    using Narrow = lanes::Vector<From, kBytes / sizeof(To) * sizeof(From)>;
    const Narrow narrow = lanes::load<Narrow>(from);
    if constexpr (sizeof(From) == 1 && sizeof(To) == 2) {
      return lanes::as<Vec<To>>(_mm256_cvtepu8_epi16(lanes::as<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 4) {
      return lanes::as<Vec<To>>(_mm256_cvtepu8_epi32(lanes::begun_with<__m128i>(narrow)));
    } else if constexpr (sizeof(From) == 1 && sizeof(To) == 8) {
      return lanes::as<Vec<To>>(_mm256_cvtepu8_epi64(lanes::begun_with<__m128i>(narrow)));
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

  /// Looked up, not computed, where the survivors are few.
  class ByteCost {
   public:
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
