#include "traces/bit_packing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace millrace::traces {

std::vector<std::uint8_t> pack_mask(std::span<const float> values, std::int64_t channels) {
  const auto width = static_cast<std::size_t>(channels);
  const std::size_t bytes = (width + 7) / 8;
  std::vector<std::uint8_t> mask(values.size() / width * bytes, 0);
  for (std::size_t row = 0; row * width < values.size(); ++row) {
    for (std::size_t channel = 0; channel < width; ++channel) {
      const unsigned bit = values[row * width + channel] != 0.0F ? 1U : 0U;
      std::uint8_t& byte = mask[row * bytes + channel / 8];
      byte = static_cast<std::uint8_t>(byte | (bit << (channel % 8)));
    }
  }
  return mask;
}

std::vector<std::uint8_t> pack_codes(std::span<const float> values, bool is_signed, double scale) {
  const double lowest = is_signed ? -127.0 : 0.0;
  const double highest = is_signed ? 127.0 : 255.0;
  std::vector<std::uint8_t> codes(values.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0.0F) {
      continue;
    }
    double code = std::clamp(std::round(values[i] / scale), lowest, highest);
    if (code == 0.0) {
      code = is_signed && values[i] < 0.0F ? -1.0 : 1.0;
    }
    codes[i] = static_cast<std::uint8_t>(static_cast<int>(code));
  }
  return codes;
}

}  // namespace millrace::traces
