#include "sim/analytical/zero_histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace millrace::test {
namespace {

using sim::analytical::ZeroHistogram;

TEST(ZeroHistogram, OfIndependentZerosIsBinomial) {
  const ZeroHistogram histogram = ZeroHistogram::binomial(4, 0.25);
  const std::vector<double> expected{81.0 / 256, 108.0 / 256, 54.0 / 256, 12.0 / 256, 1.0 / 256};
  ASSERT_EQ(histogram.pairs(), 4);
  for (std::int64_t zeros = 0; zeros <= 4; ++zeros) {
    EXPECT_DOUBLE_EQ(histogram.probability(zeros), expected[static_cast<std::size_t>(zeros)]);
  }
  EXPECT_DOUBLE_EQ(histogram.mean_zero_fraction(), 0.25);
}

TEST(ZeroHistogram, ClipsAProbabilityBeyondOne) {
  EXPECT_DOUBLE_EQ(ZeroHistogram::binomial(3, 1.2).all_zero(), 1.0);
  EXPECT_DOUBLE_EQ(ZeroHistogram::binomial(3, -0.1).probability(0), 1.0);
}

TEST(ZeroHistogram, OfCountsIsWhatWasSeen) {
  const ZeroHistogram histogram = ZeroHistogram::of_counts(std::vector<std::uint64_t>{1, 0, 3});
  EXPECT_DOUBLE_EQ(histogram.probability(0), 0.25);
  EXPECT_DOUBLE_EQ(histogram.all_zero(), 0.75);
  EXPECT_DOUBLE_EQ(histogram.mean_zero_fraction(), 0.75);
}

TEST(ZeroHistogram, MeanTakesEachAlike) {
  const std::vector<ZeroHistogram> both{ZeroHistogram::exactly(2, 0), ZeroHistogram::exactly(2, 1)};
  const ZeroHistogram mean = ZeroHistogram::mean_of(both);
  EXPECT_DOUBLE_EQ(mean.probability(0), 0.5);
  EXPECT_DOUBLE_EQ(mean.probability(1), 0.5);
  EXPECT_DOUBLE_EQ(mean.all_zero(), 0.0);
}

TEST(ZeroHistogram, RefusesWhatIsNoDistribution) {
  EXPECT_THROW(ZeroHistogram({1.0}), std::invalid_argument);
  EXPECT_THROW(ZeroHistogram({0.5, 0.4}), std::invalid_argument);
  EXPECT_THROW(ZeroHistogram({1.5, -0.5}), std::invalid_argument);
  EXPECT_THROW(ZeroHistogram({std::nan(""), 1.0}), std::invalid_argument);
  EXPECT_THROW(ZeroHistogram::of_counts(std::vector<std::uint64_t>{0, 0}), std::invalid_argument);
  EXPECT_THROW(ZeroHistogram::mean_of({}), std::invalid_argument);
  const std::vector<ZeroHistogram> unequal{ZeroHistogram::exactly(2, 0), ZeroHistogram::exactly(3, 0)};
  EXPECT_THROW(ZeroHistogram::mean_of(unequal), std::invalid_argument);
}

}  // namespace
}  // namespace millrace::test
