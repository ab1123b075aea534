// How many products of a group are zero: P(j of the M pairs of a group have a zero in them), j = 0..M. A group is the
// K x K window of one channel, or of `group_channels` channels. What counts as a zero (a weight, an activation, either)
// is for whoever counts to say. All the formulas over average sparsity need no more than this; it keeps no order in
// space and no correlation between channels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace millrace::sim::analytical {

class ZeroHistogram {
 public:
  /// Probability of 0, 1, ..., M zeros. Throws std::invalid_argument: fewer than two, negative ones, or a sum that is
  /// not 1 within 1e-6.
  explicit ZeroHistogram(std::vector<double> probabilities);

  /// From how often each number of zeros was seen. Throws std::invalid_argument if nothing was seen.
  static ZeroHistogram of_counts(std::span<const std::uint64_t> counts);
  /// Independent zeros of probability `zero`, clipped to 0..1.
  static ZeroHistogram binomial(std::int64_t pairs, double zero);
  /// Every group has exactly that many zeros.
  static ZeroHistogram exactly(std::int64_t pairs, std::int64_t zeros);
  /// Mean of histograms of equal size. Throws std::invalid_argument if there are none or sizes differ.
  static ZeroHistogram mean_of(std::span<const ZeroHistogram> histograms);

  std::int64_t pairs() const { return static_cast<std::int64_t>(probabilities_.size()) - 1; }
  double probability(std::int64_t zeros) const { return probabilities_.at(static_cast<std::size_t>(zeros)); }
  double all_zero() const { return probabilities_.back(); }
  /// Pair sparsity S: mean zeros / M (the published collector divides by M + 1).
  double mean_zero_fraction() const;

 private:
  std::vector<double> probabilities_;
};

}  // namespace millrace::sim::analytical
