#include "sim/analytical/lane_order.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace millrace::test {
namespace {

using namespace sim::analytical;

TEST(LaneOrder, BalancedIsASnake) {
  const std::vector<double> keys{5, 1, 4, 2, 3, 0};
  EXPECT_EQ(balanced_order(keys, 2), (LaneOrder{5, 1, 4, 3, 2, 0}));
  EXPECT_EQ(balanced_order(keys, 3), (LaneOrder{5, 1, 3, 0, 2, 4}));
  EXPECT_EQ(balanced_order(keys, 6), (LaneOrder{5, 1, 3, 4, 2, 0}));
}

TEST(LaneOrder, EqualKeysKeepTheirOrder) {
  const std::vector<double> keys{1, 0, 1, 0};
  EXPECT_EQ(balanced_order(keys, 4), (LaneOrder{1, 3, 0, 2}));
}

TEST(LaneOrder, FreeChannelsAreTheFastest) {
  const std::vector<ZeroHistogram> channels{ZeroHistogram::exactly(4, 4), ZeroHistogram::exactly(4, 0)};
  const std::vector<double> keys = speed_keys(channels, {2, EmptyGroups::kFree});
  EXPECT_EQ(keys, (std::vector<double>{std::numeric_limits<double>::infinity(), 0.5}));
  EXPECT_EQ(balanced_order(keys, 2), (LaneOrder{1, 0}));
}

TEST(LaneOrder, ALaneSeesEveryPlaceOfItsColumn) {
  const std::vector<ZeroHistogram> channels{ZeroHistogram::exactly(1, 0), ZeroHistogram::exactly(1, 1),
                                            ZeroHistogram::exactly(1, 1), ZeroHistogram::exactly(1, 1)};
  const std::vector<ZeroHistogram> lanes = lane_histograms(channels, natural_order(4), 2);
  ASSERT_EQ(lanes.size(), 2U);
  EXPECT_DOUBLE_EQ(lanes[0].mean_zero_fraction(), 0.5);
  EXPECT_DOUBLE_EQ(lanes[1].mean_zero_fraction(), 1.0);
}

TEST(LaneOrder, RefusesLanesThatDoNotDivide) {
  const std::vector<ZeroHistogram> channels(3, ZeroHistogram::exactly(1, 0));
  EXPECT_THROW(lane_histograms(channels, natural_order(3), 2), std::invalid_argument);
  EXPECT_THROW(lane_histograms(channels, natural_order(4), 1), std::invalid_argument);
}

}  // namespace
}  // namespace millrace::test
