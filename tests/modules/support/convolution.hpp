// An int8 convolution layer, its data, and its result element by element.
#pragma once

#include <cstdint>
#include <vector>

#include "modules/engine/window_shape.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {

/// Pixel-major, channel-minor, as in memory.
using Map = std::vector<std::int8_t>;

struct Convolution {
  WindowShape shape;
  std::int64_t channels = 1;
  std::int64_t filters = 1;
  std::int64_t groups = 1;
  std::vector<std::int8_t> weights;  ///< filter, row, column, channel of the filter's group
  std::vector<std::int32_t> biases;

  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_filters() const { return filters / groups; }
  std::int8_t weight(std::int64_t filter, std::int64_t row, std::int64_t column, std::int64_t channel) const {
    const std::int64_t position = (filter * shape.kernel + row) * shape.kernel + column;
    return weights[static_cast<std::size_t>(position * group_channels() + channel)];
  }
};

/// About half of the numbers are zero.
std::vector<std::int8_t> random_numbers(std::int64_t count, oracle::Random& random);

/// With random weights and biases.
Convolution random_convolution(WindowShape shape, std::int64_t channels, std::int64_t filters, std::int64_t groups,
                               oracle::Random& random);

/// ReLU, and eight bits with saturation.
std::int32_t activate(std::int64_t sum);

/// The layer, straight from its definition.
Map convolve(const Convolution& layer, const Map& input);

}  // namespace millrace
