#include "sim/synth/values.hpp"

#include <utility>

namespace millrace::sim {

std::vector<float> independent_values(std::int64_t positions, std::span<const double> densities, Random& random) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(positions) * densities.size());
  for (std::int64_t position = 0; position < positions; ++position) {
    for (const double density : densities) {
      values.push_back(random.chance(density) ? 1.0F : 0.0F);
    }
  }
  return values;
}

std::vector<float> periodic_values(const traces::MapShape& map, std::int64_t kernel,
                                   std::span<const std::int64_t> zeros, Random& random) {
  std::vector<float> values(static_cast<std::size_t>(map.elements()));
  std::vector<float> pattern(static_cast<std::size_t>(kernel * kernel));
  for (std::int64_t channel = 0; channel < map.channels; ++channel) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      pattern[i] = static_cast<std::int64_t>(i) < zeros[static_cast<std::size_t>(channel)] ? 0.0F : 1.0F;
    }
    for (std::size_t i = pattern.size() - 1; i > 0; --i) {
      std::swap(pattern[i], pattern[random.below(i + 1)]);
    }
    for (std::int64_t row = 0; row < map.height; ++row) {
      for (std::int64_t column = 0; column < map.width; ++column) {
        values[static_cast<std::size_t>((row * map.width + column) * map.channels + channel)] =
            pattern[static_cast<std::size_t>(row % kernel * kernel + column % kernel)];
      }
    }
  }
  return values;
}

}  // namespace millrace::sim
