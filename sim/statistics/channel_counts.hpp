// How often each channel of a mask is not zero.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "traces/trace_views.hpp"

namespace millrace::sim {

/// Set bits of every channel over all positions of a mask: `mask` holds positions of ceil(channels / 8) bytes each.
std::vector<std::uint64_t> channel_counts(std::span<const std::uint8_t> mask, std::int64_t channels);

/// The same over the images or filters [first, first + count) of a mask.
std::vector<std::uint64_t> channel_counts(const traces::MaskView& mask, std::int64_t first, std::int64_t count,
                                          std::int64_t channels);

}  // namespace millrace::sim
