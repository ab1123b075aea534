#include "sim/analytical/zero_histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace millrace::sim::analytical {

ZeroHistogram::ZeroHistogram(std::vector<double> probabilities) : probabilities_(std::move(probabilities)) {
  constexpr double kRounding = 1e-6;
  if (probabilities_.size() < 2) {
    throw std::invalid_argument("a histogram of zeros needs two bins or more");
  }
  if (std::any_of(probabilities_.begin(), probabilities_.end(), [](double p) { return !(p >= 0.0); })) {
    throw std::invalid_argument("a probability of a histogram is not a number from 0 to 1");
  }
  const double sum = std::accumulate(probabilities_.begin(), probabilities_.end(), 0.0);
  if (!(std::abs(sum - 1.0) <= kRounding)) {
    throw std::invalid_argument(fmt::format("probabilities of a histogram sum to {}, not 1", sum));
  }
}

ZeroHistogram ZeroHistogram::of_counts(std::span<const std::uint64_t> counts) {
  const std::uint64_t seen = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (seen == 0) {
    throw std::invalid_argument("a histogram of zeros needs one group or more");
  }
  std::vector<double> probabilities;
  for (const std::uint64_t count : counts) {
    probabilities.push_back(static_cast<double>(count) / static_cast<double>(seen));
  }
  return ZeroHistogram(std::move(probabilities));
}

ZeroHistogram ZeroHistogram::binomial(std::int64_t pairs, double zero) {
  const double p = std::clamp(zero, 0.0, 1.0);
  std::vector<double> probabilities{1.0};
  // One pair more: each number of zeros stays, or grows by one.
  for (std::int64_t pair = 0; pair < pairs; ++pair) {
    std::vector<double> longer(probabilities.size() + 1, 0.0);
    for (std::size_t zeros = 0; zeros < probabilities.size(); ++zeros) {
      longer[zeros] += probabilities[zeros] * (1.0 - p);
      longer[zeros + 1] += probabilities[zeros] * p;
    }
    probabilities = std::move(longer);
  }
  return ZeroHistogram(std::move(probabilities));
}

ZeroHistogram ZeroHistogram::exactly(std::int64_t pairs, std::int64_t zeros) {
  std::vector<double> probabilities(static_cast<std::size_t>(pairs) + 1, 0.0);
  probabilities.at(static_cast<std::size_t>(zeros)) = 1.0;
  return ZeroHistogram(std::move(probabilities));
}

ZeroHistogram ZeroHistogram::mean_of(std::span<const ZeroHistogram> histograms) {
  if (histograms.empty()) {
    throw std::invalid_argument("no histograms to take the mean of");
  }
  std::vector<double> sum(histograms.front().probabilities_.size(), 0.0);
  for (const ZeroHistogram& histogram : histograms) {
    if (histogram.probabilities_.size() != sum.size()) {
      throw std::invalid_argument(
          fmt::format("histograms of {} and of {} pairs have no mean", sum.size() - 1, histogram.pairs()));
    }
    std::transform(sum.begin(), sum.end(), histogram.probabilities_.begin(), sum.begin(), std::plus<>());
  }
  for (double& probability : sum) {
    probability /= static_cast<double>(histograms.size());
  }
  return ZeroHistogram(std::move(sum));
}

double ZeroHistogram::mean_zero_fraction() const {
  double zeros = 0.0;
  for (std::size_t j = 0; j < probabilities_.size(); ++j) {
    zeros += static_cast<double>(j) * probabilities_[j];
  }
  return zeros / static_cast<double>(pairs());
}

}  // namespace millrace::sim::analytical
