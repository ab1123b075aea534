// How often each channel of a mask is not zero.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace millrace::sim {

/// Set bits of every channel over all positions of a mask: `mask` holds positions of ceil(channels / 8) bytes each.
std::vector<std::uint64_t> channel_counts(std::span<const std::uint8_t> mask, std::int64_t channels);

}  // namespace millrace::sim
