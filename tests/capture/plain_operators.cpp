#include "tests/capture/plain_operators.hpp"

#include <algorithm>
#include <limits>

namespace millrace::test {
namespace {

std::int64_t positions(std::int64_t size, std::int64_t before, std::int64_t after, const PlainPool& pool) {
  std::int64_t count = 0;
  // One window after the other, as long as it is whole, or, in ceil mode, as long as it begins before the padding.
  for (std::int64_t begin = 0;; begin += pool.stride) {
    const bool is_whole = begin + pool.kernel <= size + before + after;
    const bool is_begun =
        pool.ceil_mode && begin < size + before && begin - pool.stride + pool.kernel < size + before + after;
    if (!is_whole && !is_begun) {
      return count;
    }
    ++count;
  }
}

/// Calls `visit(channel, first row, first column)` for every window in the order of the output.
template <class Visit>
PlainMap pooled(const PlainMap& input, const PlainPool& pool, Visit visit) {
  PlainMap result{input.channels,
                  positions(input.height, pool.pads[0], pool.pads[2], pool),
                  positions(input.width, pool.pads[1], pool.pads[3], pool),
                  {}};
  for (std::int64_t channel = 0; channel < result.channels; ++channel) {
    for (std::int64_t row = 0; row < result.height; ++row) {
      for (std::int64_t column = 0; column < result.width; ++column) {
        result.values.push_back(visit(channel, row * pool.stride - pool.pads[0], column * pool.stride - pool.pads[1]));
      }
    }
  }
  return result;
}

bool is_inside(const PlainMap& map, std::int64_t row, std::int64_t column) {
  return row >= 0 && row < map.height && column >= 0 && column < map.width;
}

}  // namespace

PlainMap convolve(const PlainMap& input, const PlainConv& conv) {
  PlainMap result{conv.filters,
                  (input.height + conv.pads[0] + conv.pads[2] - conv.kernel) / conv.stride + 1,
                  (input.width + conv.pads[1] + conv.pads[3] - conv.kernel) / conv.stride + 1,
                  {}};
  for (std::int64_t filter = 0; filter < conv.filters; ++filter) {
    const std::int64_t first_channel = filter / (conv.filters / conv.groups) * conv.channels;
    for (std::int64_t row = 0; row < result.height; ++row) {
      for (std::int64_t column = 0; column < result.width; ++column) {
        float sum = conv.bias[static_cast<std::size_t>(filter)];
        for (std::int64_t channel = 0; channel < conv.channels; ++channel) {
          for (std::int64_t y = 0; y < conv.kernel; ++y) {
            for (std::int64_t x = 0; x < conv.kernel; ++x) {
              const auto weight =
                  static_cast<std::size_t>(((filter * conv.channels + channel) * conv.kernel + y) * conv.kernel + x);
              sum += conv.weights[weight] * input.at(first_channel + channel, row * conv.stride + y - conv.pads[0],
                                                     column * conv.stride + x - conv.pads[1]);
            }
          }
        }
        result.values.push_back(sum);
      }
    }
  }
  return result;
}

PlainMap relu(PlainMap map) {
  for (float& value : map.values) {
    value = std::max(value, 0.0F);
  }
  return map;
}

PlainMap add(PlainMap a, const PlainMap& b) {
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    a.values[i] += b.values[i];
  }
  return a;
}

PlainMap average(const PlainMap& input) {
  PlainMap result{input.channels, 1, 1, {}};
  const auto plane = static_cast<std::ptrdiff_t>(input.height * input.width);
  for (auto begin = input.values.begin(); begin != input.values.end(); begin += plane) {
    float sum = 0.0F;
    std::for_each(begin, begin + plane, [&sum](float value) { sum += value; });
    result.values.push_back(sum / static_cast<float>(plane));
  }
  return result;
}

PlainMap connect(const PlainMap& input, const std::vector<float>& weights, const std::vector<float>& bias) {
  PlainMap result{static_cast<std::int64_t>(bias.size()), 1, 1, bias};
  for (std::size_t output = 0; output < bias.size(); ++output) {
    for (std::size_t i = 0; i < input.values.size(); ++i) {
      result.values[output] += weights[output * input.values.size() + i] * input.values[i];
    }
  }
  return result;
}

PlainMap clip(PlainMap map, float lowest, float highest) {
  for (float& value : map.values) {
    value = std::min(std::max(value, lowest), highest);
  }
  return map;
}

PlainMap scale(PlainMap map, const std::vector<float>& scales, const std::vector<float>& shifts) {
  const std::size_t plane = map.values.size() / scales.size();
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    map.values[i] = map.values[i] * scales[i / plane] + shifts[i / plane];
  }
  return map;
}

PlainMap join(PlainMap a, const PlainMap& b) {
  a.channels += b.channels;
  a.values.insert(a.values.end(), b.values.begin(), b.values.end());
  return a;
}

PlainMap largest(const PlainMap& input, const PlainPool& pool) {
  return pooled(input, pool, [&](std::int64_t channel, std::int64_t top, std::int64_t left) {
    float result = std::numeric_limits<float>::lowest();
    for (std::int64_t row = top; row < top + pool.kernel; ++row) {
      for (std::int64_t column = left; column < left + pool.kernel; ++column) {
        if (is_inside(input, row, column)) {
          result = std::max(result, input.at(channel, row, column));
        }
      }
    }
    return result;
  });
}

PlainMap mean(const PlainMap& input, const PlainPool& pool, bool count_padding) {
  return pooled(input, pool, [&](std::int64_t channel, std::int64_t top, std::int64_t left) {
    float sum = 0.0F;
    float count = 0.0F;
    for (std::int64_t row = top; row < top + pool.kernel; ++row) {
      for (std::int64_t column = left; column < left + pool.kernel; ++column) {
        const bool is_padding = row < input.height + pool.pads[2] && column < input.width + pool.pads[3];
        sum += input.at(channel, row, column);
        count += is_inside(input, row, column) || (count_padding && is_padding) ? 1.0F : 0.0F;
      }
    }
    return sum / count;
  });
}

}  // namespace millrace::test
