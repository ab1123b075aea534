#include "sim/statistics/channel_counts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace millrace::sim {
namespace {

/// Bit b of a byte as byte b of a word, so that eight channels count in one addition.
constexpr std::array<std::uint64_t, 256> spread_bits() {
  std::array<std::uint64_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    for (std::size_t bit = 0; bit < 8; ++bit) {
      table.at(byte) |= static_cast<std::uint64_t>((byte >> bit) & 1U) << (8 * bit);
    }
  }
  return table;
}

constexpr std::array<std::uint64_t, 256> kSpread = spread_bits();
constexpr std::size_t kBeforeOverflow = 255;  ///< additions that a byte takes

}  // namespace

std::vector<std::uint64_t> channel_counts(std::span<const std::uint8_t> mask, std::int64_t channels) {
  const std::size_t bytes = static_cast<std::size_t>((channels + 7) / 8);
  const std::size_t positions = mask.size() / bytes;
  std::vector<std::uint64_t> counts(8 * bytes);
  std::vector<std::uint64_t> packed(bytes);
  for (std::size_t begin = 0; begin < positions; begin += kBeforeOverflow) {
    const std::size_t end = std::min(positions, begin + kBeforeOverflow);
    std::fill(packed.begin(), packed.end(), 0);
    for (std::size_t position = begin; position < end; ++position) {
      for (std::size_t byte = 0; byte < bytes; ++byte) {
        packed[byte] += kSpread[mask[position * bytes + byte]];
      }
    }
    for (std::size_t channel = 0; channel < counts.size(); ++channel) {
      counts[channel] += (packed[channel / 8] >> (8 * (channel % 8))) & 0xFFU;
    }
  }
  counts.resize(static_cast<std::size_t>(channels));
  return counts;
}

}  // namespace millrace::sim
