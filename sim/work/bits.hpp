// Moving runs of bits between byte-packed masks and 64-bit words; bit 0 is the lowest of byte 0 in both.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace millrace::sim {

/// `count` <= 57 bits of a byte-packed mask from bit `first`.
inline std::uint64_t bits_at(std::span<const std::uint8_t> bytes, std::int64_t first, std::int64_t count) {
  const std::size_t begin = static_cast<std::size_t>(first / 8);
  const std::size_t end = static_cast<std::size_t>((first + count + 7) / 8);
  std::uint64_t word = 0;
  for (std::size_t byte = begin; byte < end; ++byte) {
    word |= static_cast<std::uint64_t>(bytes[byte]) << (8 * (byte - begin));
  }
  return (word >> (first % 8)) & ((std::uint64_t{1} << count) - 1);
}

/// Calls `see` with the number of every bit that is set.
template <typename See>
void for_each_bit(std::span<const std::uint8_t> bytes, See see) {
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    for (unsigned rest = bytes[byte]; rest != 0; rest &= rest - 1) {
      see(static_cast<std::int64_t>(8 * byte) + std::countr_zero(rest));
    }
  }
}

/// Fills 64-bit words from the lowest bit up. The words must be zero at the start.
class BitPacker {
 public:
  explicit BitPacker(std::span<std::uint64_t> words) : words_(words) {}

  /// Appends `count` bits of `bytes` from bit `first`.
  void append(std::span<const std::uint8_t> bytes, std::int64_t first, std::int64_t count) {
    constexpr std::int64_t kAtOnce = 56;
    for (; count > 0; first += kAtOnce, count -= kAtOnce) {
      const std::int64_t part = std::min(count, kAtOnce);
      append(bits_at(bytes, first, part), part);
    }
  }
  void skip(std::int64_t count) { position_ += count; }

 private:
  void append(std::uint64_t bits, std::int64_t count) {
    const std::size_t word = static_cast<std::size_t>(position_ / 64);
    const std::int64_t offset = position_ % 64;
    words_[word] |= bits << offset;
    if (offset + count > 64) {
      words_[word + 1] |= bits >> (64 - offset);
    }
    position_ += count;
  }

  std::span<std::uint64_t> words_;
  std::int64_t position_ = 0;
};

}  // namespace millrace::sim
