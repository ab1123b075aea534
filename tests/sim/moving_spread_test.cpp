// PASS's buffer metric against its definition, written out over the values that a trace was made of.
#include "sim/statistics/moving_spread.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr std::int64_t kImages = 2;

/// Zeros of every window of every lane, lane by lane: conv1 of the chain, 8 x 6 x 4, 3 x 3 with a pad of 1.
std::vector<std::vector<double>> zeros_of_conv1(const RandomTrace& values, std::int64_t lanes) {
  std::vector<std::vector<double>> series(static_cast<std::size_t>(lanes));
  for (std::size_t image = 0; image < kImages; ++image) {
    const std::vector<float>& map = values.activations({0}, image);
    for (int position = 0; position < 8 * 6 * 4; ++position) {
      const int channel = position % 4;
      const int column = position / 4 % 6;
      const int row = position / 24;
      int zeros = 0;
      for (int y = row - 1; y <= row + 1; ++y) {
        for (int x = column - 1; x <= column + 1; ++x) {
          const bool is_real = y >= 0 && y < 8 && x >= 0 && x < 6;
          zeros +=
              !is_real || map.at(static_cast<std::size_t>(y) * 24 + static_cast<std::size_t>(x * 4 + channel)) == 0.0F
                  ? 1
                  : 0;
        }
      }
      series[static_cast<std::size_t>(channel % lanes)].push_back(zeros);
    }
  }
  return series;
}

double mean_of(const std::vector<double>& values, std::size_t first, std::size_t count) {
  double sum = 0.0;
  for (std::size_t at = first; at < first + count; ++at) {
    sum += values[at];
  }
  return sum / static_cast<double>(count);
}

double expected_spread(const std::vector<std::vector<double>>& series, std::size_t length) {
  const std::size_t windows = series.front().size();
  double sum = 0.0;
  for (std::size_t t = 0; t + length <= windows; ++t) {
    std::vector<double> averages;
    for (const std::vector<double>& lane : series) {
      averages.push_back(mean_of(lane, t, length) - mean_of(lane, 0, windows));
    }
    const auto [least, most] = std::minmax_element(averages.begin(), averages.end());
    sum += *most - *least;
  }
  return sum / static_cast<double>(windows - length + 1);
}

class MovingSpreadTest : public testing::TestWithParam<std::int64_t> {};

TEST_P(MovingSpreadTest, IsItsDefinition) {
  const std::int64_t lanes = GetParam();
  const TemporaryFolder folder;
  const traces::Network network = chain_network();
  const RandomTrace values(network, kImages, 3, 0.4);
  values.write(folder / "t");
  const traces::Trace trace = traces::Trace::open(folder / "t");
  const Plan plan = plan_of("defaults: {}\nlayers: {conv1: {coarse_in: " + std::to_string(lanes) + "}}\n", network);
  const auto& engine = std::get<DotEngine>(module(plan, "conv1").parameters);
  constexpr std::array<std::int64_t, 4> kLengths = {1, 2, 7, 48};
  const std::vector<MovingSpread> spreads = moving_spread(engine, trace, Images{kImages}, kLengths);
  ASSERT_EQ(spreads.size(), kLengths.size());
  for (std::size_t at = 0; at < kLengths.size(); ++at) {
    EXPECT_EQ(spreads[at].windows, kLengths[at]);
    const double expected = expected_spread(zeros_of_conv1(values, lanes), static_cast<std::size_t>(kLengths[at]));
    EXPECT_NEAR(spreads[at].zeros, expected, 1e-9) << kLengths[at];
    EXPECT_EQ(spreads[at].zeros > 0.0, lanes > 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Lanes, MovingSpreadTest, testing::Values(1, 2, 4));

TEST(MovingSpread, LeavesOutLengthsThatNothingIsAsLongAs) {
  const TemporaryFolder folder;
  const traces::Network network = chain_network();
  RandomTrace(network, 1, 3).write(folder / "t");
  const traces::Trace trace = traces::Trace::open(folder / "t");
  const Plan plan = plan_of("defaults: {}\nlayers: {fc: {coarse_in: 2}}\n", network);
  const auto& engine = std::get<DotEngine>(module(plan, "fc").parameters);
  // 144 inputs, eight at a time, two lanes: nine windows.
  constexpr std::array<std::int64_t, 3> kLengths = {2, 9, 10};
  EXPECT_EQ(moving_spread(engine, trace, Images{1}, kLengths).size(), 2U);
}

}  // namespace
}  // namespace millrace::sim
