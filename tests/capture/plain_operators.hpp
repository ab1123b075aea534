// The operators of a network as plain loops, written without looking at those that are tested.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::test {

/// [channels][height][width], flat.
struct PlainMap {
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<float> values;

  float at(std::int64_t channel, std::int64_t row, std::int64_t column) const {
    const bool is_inside = row >= 0 && row < height && column >= 0 && column < width;
    return is_inside ? values.at(static_cast<std::size_t>((channel * height + row) * width + column)) : 0.0F;
  }
};

/// Weights [filters][channels of one group][kernel][kernel], flat.
struct PlainConv {
  std::int64_t filters = 0;
  std::int64_t channels = 0;
  std::int64_t kernel = 0;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  std::vector<std::int64_t> pads;  ///< top, left, bottom, right
  std::vector<float> weights;
  std::vector<float> bias;
};

/// Windows of kernel x kernel. In ceil mode a window may reach beyond the padding; what is there never counts.
struct PlainPool {
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::vector<std::int64_t> pads;  ///< top, left, bottom, right
  bool ceil_mode = false;
};

PlainMap convolve(const PlainMap& input, const PlainConv& conv);
PlainMap relu(PlainMap map);
PlainMap clip(PlainMap map, float lowest, float highest);
PlainMap add(PlainMap a, const PlainMap& b);
/// value * scale + shift, one of each a channel.
PlainMap scale(PlainMap map, const std::vector<float>& scales, const std::vector<float>& shifts);
/// Channels of `a`, then those of `b`.
PlainMap join(PlainMap a, const PlainMap& b);
PlainMap largest(const PlainMap& input, const PlainPool& pool);
PlainMap mean(const PlainMap& input, const PlainPool& pool, bool count_padding);
/// Mean of each channel.
PlainMap average(const PlainMap& input);
PlainMap connect(const PlainMap& input, const std::vector<float>& weights, const std::vector<float>& bias);

}  // namespace millrace::test
