#include "sim/statistics/zero_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "sim/statistics/channel_counts.hpp"

namespace millrace::sim {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace

ActivationZeros activation_zeros(const traces::Trace& trace, traces::EdgeId edge) {
  const traces::MaskView mask = trace.activation_mask(edge);
  const traces::MapShape& map = trace.network().edge(edge).shape;
  const double pixels = static_cast<double>(map.height * map.width);
  std::vector<double> by_image;
  std::vector<double> deviations;
  std::vector<std::uint64_t> totals(static_cast<std::size_t>(map.channels));
  for (std::int64_t image = 0; image < mask.outer(); ++image) {
    const std::vector<std::uint64_t> counts = channel_counts(mask.item(image), map.channels);
    std::vector<double> zeros;
    for (std::size_t channel = 0; channel < counts.size(); ++channel) {
      totals[channel] += counts[channel];
      zeros.push_back(1.0 - static_cast<double>(counts[channel]) / pixels);
    }
    const std::uint64_t set = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    by_image.push_back(1.0 - static_cast<double>(set) / static_cast<double>(map.elements()));
    deviations.push_back(deviation_of(zeros));
  }
  const auto [least, most] = std::minmax_element(by_image.begin(), by_image.end());
  const auto sum = static_cast<double>(std::accumulate(totals.begin(), totals.end(), std::uint64_t{0}));
  const auto fullest = static_cast<double>(*std::max_element(totals.begin(), totals.end()));
  return {mean_of(by_image), *least, *most, mean_of(deviations),
          sum == 0.0 ? 0.0 : fullest * static_cast<double>(map.channels) / sum};
}

WeightZeros weight_zeros(const traces::Trace& trace, traces::LayerId layer) {
  const traces::MaskView mask = trace.weight_mask(layer);
  const traces::WeightShape shape = trace.network().weight_shape(trace.network().layer(layer));
  const std::int64_t weights = shape.elements() / shape.filters;
  std::vector<double> by_filter;
  for (std::int64_t filter = 0; filter < mask.outer(); ++filter) {
    std::int64_t set = 0;
    for (const std::uint8_t byte : mask.item(filter)) {
      set += std::popcount(byte);
    }
    by_filter.push_back(1.0 - static_cast<double>(set) / static_cast<double>(weights));
  }
  return {mean_of(by_filter), deviation_of(by_filter)};
}

}  // namespace millrace::sim
