// Vectors of lanes, by the compiler's vector extension: arithmetic on them is the processor's at every level. All
// functions are forced inline, so that none of them is shared between sources compiled for different levels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace millrace::lanes {

template <typename T, std::size_t kBytes>
struct VectorOf {
  typedef T type __attribute__((vector_size(kBytes)));
};
/// kBytes / sizeof(T) lanes.
template <typename T, std::size_t kBytes>
using Vector = typename VectorOf<T, kBytes>::type;

template <typename V, typename T>
[[gnu::always_inline]] inline V load(const T* from) {
  V vector;
  __builtin_memcpy(&vector, from, sizeof(V));
  return vector;
}

template <typename V, typename T>
[[gnu::always_inline]] inline void store(T* to, V vector) {
  __builtin_memcpy(to, &vector, sizeof(V));
}

/// The same bits as other lanes.
template <typename To, typename From>
[[gnu::always_inline]] inline To as(From vector) {
  static_assert(sizeof(To) == sizeof(From));
  return reinterpret_cast<To>(vector);
}

template <typename V>
[[gnu::always_inline]] inline V at_least(V vector, V least) {
  return vector > least ? vector : least;
}

template <typename To, typename V>
[[gnu::always_inline]] inline auto converted(V vector) {
  constexpr std::size_t kCount = sizeof(V) / sizeof(vector[0]);
  return __builtin_convertvector(vector, Vector<To, kCount * sizeof(To)>);
}

/// A vector that begins with the given one.
template <typename To, typename V>
[[gnu::always_inline]] inline To begun_with(V vector) {
  static_assert(sizeof(V) <= sizeof(To));
  To whole = {};
  __builtin_memcpy(&whole, &vector, sizeof(V));
  return whole;
}

/// Sums over the lanes of T in every 8 bytes.
template <typename T, std::size_t kBytes>
[[gnu::always_inline]] inline Vector<std::uint64_t, kBytes> sums_of_8_bytes(Vector<T, kBytes> vector) {
  using Words = Vector<std::uint64_t, kBytes>;
  Words words = as<Words>(vector);
  if constexpr (sizeof(T) == 1) {
    words = (words & 0x00FF00FF00FF00FFU) + ((words >> 8) & 0x00FF00FF00FF00FFU);
  }
  if constexpr (sizeof(T) <= 2) {
    words = (words & 0x0000FFFF0000FFFFU) + ((words >> 16) & 0x0000FFFF0000FFFFU);
  }
  if constexpr (sizeof(T) <= 4) {
    words = (words & 0xFFFFFFFFU) + (words >> 32);
  }
  return words;
}

/// Sum over all lanes of T.
template <typename T, std::size_t kBytes>
[[gnu::always_inline]] inline std::uint64_t sum_of(Vector<T, kBytes> vector) {
  const Vector<std::uint64_t, kBytes> words = sums_of_8_bytes<T, kBytes>(vector);
  std::uint64_t sum = 0;
  for (std::size_t lane = 0; lane < kBytes / sizeof(std::uint64_t); ++lane) {
    sum += words[lane];
  }
  return sum;
}

template <typename T, std::size_t kBytes, std::size_t kFirst, std::size_t... kIndex>
[[gnu::always_inline]] inline Vector<T, kBytes / 2> half_of(Vector<T, kBytes> vector, std::index_sequence<kIndex...>) {
  return __builtin_shufflevector(vector, vector, (kFirst + kIndex)...);
}

template <typename T, std::size_t kBytes>
[[gnu::always_inline]] inline Vector<T, kBytes / 2> lower_half(Vector<T, kBytes> vector) {
  return half_of<T, kBytes, 0>(vector, std::make_index_sequence<kBytes / sizeof(T) / 2>{});
}
template <typename T, std::size_t kBytes>
[[gnu::always_inline]] inline Vector<T, kBytes / 2> upper_half(Vector<T, kBytes> vector) {
  constexpr std::size_t kHalf = kBytes / sizeof(T) / 2;
  return half_of<T, kBytes, kHalf>(vector, std::make_index_sequence<kHalf>{});
}

/// The largest of all lanes.
template <typename T, std::size_t kBytes>
[[gnu::always_inline]] inline T largest_of(Vector<T, kBytes> vector) {
  constexpr std::size_t n = kBytes / sizeof(T);
  if constexpr (n == 2) {
    return vector[0] > vector[1] ? vector[0] : vector[1];
  } else {
    return largest_of<T, kBytes / 2>(
        at_least<Vector<T, kBytes / 2>>(lower_half<T, kBytes>(vector), upper_half<T, kBytes>(vector)));
  }
}

/// Elements in 16 bytes, in which transposing stays.
template <typename T>
constexpr std::size_t kSide = 16 / sizeof(T);

/// In every 16 bytes: elements of a and b in turn, from the lower or the upper half of both.
template <typename T, std::size_t kBytes, bool kUpper, std::size_t... kIndex>
[[gnu::always_inline]] inline Vector<T, kBytes> interleaved(Vector<T, kBytes> a, Vector<T, kBytes> b,
                                                            std::index_sequence<kIndex...>) {
  constexpr std::size_t n = kSide<T>;
  return __builtin_shufflevector(
      a, b, (kIndex / n * n + kIndex % n / 2 + (kUpper ? n / 2 : 0) + (kIndex % 2) * (kBytes / sizeof(T)))...);
}

/// Transposes squares of kSide<T> rows and columns, one in every 16 bytes of the vectors.
template <typename T, std::size_t kBytes>
[[gnu::always_inline]] inline void transpose(Vector<T, kBytes> (&rows)[kSide<T>]) {
  using Indices = std::make_index_sequence<kBytes / sizeof(T)>;
  constexpr std::size_t n = kSide<T>;
  for (std::size_t round = 1; round < n; round *= 2) {
    Vector<T, kBytes> next[n];
    for (std::size_t i = 0; i < n / 2; ++i) {
      next[2 * i] = interleaved<T, kBytes, false>(rows[i], rows[i + n / 2], Indices{});
      next[2 * i + 1] = interleaved<T, kBytes, true>(rows[i], rows[i + n / 2], Indices{});
    }
    for (std::size_t i = 0; i < n; ++i) {
      rows[i] = next[i];
    }
  }
}

}  // namespace millrace::lanes
