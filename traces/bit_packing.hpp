// From values to what a trace stores.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace millrace::traces {

/// One bit a value, 1 = not zero, packed along rows of `channels` values: value c of a row is bit c % 8 of byte c / 8.
/// The number of values is a multiple of `channels`.
std::vector<std::uint8_t> pack_mask(std::span<const float> values, std::int64_t channels);

/// value / scale, rounded, as two's complement (-127 to 127) or unsigned (0 to 255). What is not zero never becomes 0;
/// what is beyond the range becomes its end.
std::vector<std::uint8_t> pack_codes(std::span<const float> values, bool is_signed, double scale);

}  // namespace millrace::traces
