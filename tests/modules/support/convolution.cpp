#include "tests/modules/support/convolution.hpp"

#include <algorithm>
#include <utility>

namespace millrace {

std::vector<std::int8_t> random_numbers(std::int64_t count, oracle::Random& random) {
  std::vector<std::int8_t> numbers(static_cast<std::size_t>(count));
  for (std::int8_t& number : numbers) {
    number = random.chance(50) ? 0 : static_cast<std::int8_t>(static_cast<std::int32_t>(random.below(256)) - 128);
  }
  return numbers;
}

Convolution random_convolution(WindowShape shape, std::int64_t channels, std::int64_t filters, std::int64_t groups,
                               oracle::Random& random) {
  Convolution layer{shape, channels, filters, groups, {}, {}};
  layer.weights = random_numbers(filters * shape.kernel * shape.kernel * layer.group_channels(), random);
  for (std::int64_t filter = 0; filter < filters; ++filter) {
    layer.biases.push_back(static_cast<std::int32_t>(random.below(8001)) - 4000);
  }
  return layer;
}

std::int32_t activate(std::int64_t sum) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>((std::max<std::int64_t>(sum, 0) + 128) / 256, 0, 127));
}

Map convolve(const Convolution& layer, const Map& input) {
  const WindowShape& shape = layer.shape;
  const auto pixel = [&](std::int64_t row, std::int64_t column, std::int64_t channel) -> std::int64_t {
    const bool inside = row >= 0 && row < shape.height && column >= 0 && column < shape.width;
    return inside ? input[static_cast<std::size_t>((row * shape.width + column) * layer.channels + channel)] : 0;
  };
  const auto at = [&](std::int64_t top, std::int64_t left, std::int64_t filter) {
    const std::int64_t first_channel = filter / layer.group_filters() * layer.group_channels();
    std::int64_t sum = layer.biases[static_cast<std::size_t>(filter)];
    for (std::int64_t row = 0; row < shape.kernel; ++row) {
      for (std::int64_t column = 0; column < shape.kernel; ++column) {
        for (std::int64_t channel = 0; channel < layer.group_channels(); ++channel) {
          sum += pixel(top + row, left + column, first_channel + channel) * layer.weight(filter, row, column, channel);
        }
      }
    }
    return static_cast<std::int8_t>(activate(sum));
  };
  Map output;
  for (std::int64_t top = -shape.pad_top; top + shape.kernel <= shape.height + shape.pad_bottom; top += shape.stride) {
    for (std::int64_t left = -shape.pad_left; left + shape.kernel <= shape.width + shape.pad_right;
         left += shape.stride) {
      for (std::int64_t filter = 0; filter < layer.filters; ++filter) {
        output.push_back(at(top, left, filter));
      }
    }
  }
  return output;
}

}  // namespace millrace
