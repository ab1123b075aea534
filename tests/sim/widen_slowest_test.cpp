// The search against all there is: it must find the least interval that the budget has.
#include "sim/folding/widen_slowest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace millrace::sim {
namespace {

double interval(const std::vector<Choices>& engines, const std::vector<std::size_t>& chosen) {
  double slowest = 0.0;
  for (std::size_t engine = 0; engine < engines.size(); ++engine) {
    slowest = std::max(slowest, engines[engine][chosen[engine]].cycles);
  }
  return slowest;
}

Cost total(const std::vector<Choices>& engines, const std::vector<std::size_t>& chosen) {
  Cost sum;
  for (std::size_t engine = 0; engine < engines.size(); ++engine) {
    sum.dsps += engines[engine][chosen[engine]].dsps;
    sum.block_rams += engines[engine][chosen[engine]].block_rams;
  }
  return sum;
}

/// Of all ways to choose.
double least_interval(const std::vector<Choices>& engines, std::int64_t dsps) {
  double least = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> chosen(engines.size(), 0);
  for (std::size_t digit = 0; digit < engines.size();) {
    if (total(engines, chosen).dsps <= dsps) {
      least = std::min(least, interval(engines, chosen));
    }
    for (digit = 0; digit < engines.size() && ++chosen[digit] == engines[digit].size(); ++digit) {
      chosen[digit] = 0;
    }
  }
  return least;
}

std::vector<Choices> random_engines(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto draw = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  std::vector<Choices> engines(static_cast<std::size_t>(draw(1, 4)));
  for (Choices& choices : engines) {
    choices.resize(static_cast<std::size_t>(draw(1, 6)));
    for (Cost& cost : choices) {
      cost = {static_cast<double>(draw(1, 12)), draw(0, 8), draw(0, 5)};
    }
  }
  return engines;
}

TEST(WidenSlowest, FindsTheLeastIntervalOfAnyBudget) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const std::vector<Choices> engines = random_engines(seed);
    for (std::int64_t dsps = least_dsps(engines); dsps < 34; ++dsps) {
      const Allocation found = widen_slowest(engines, {dsps, {}});
      EXPECT_LE(total(engines, found.chosen).dsps, dsps);
      EXPECT_EQ(interval(engines, found.chosen), least_interval(engines, dsps)) << "seed " << seed << ", " << dsps;
      EXPECT_EQ(engines[found.slowest][found.chosen[found.slowest]].cycles, interval(engines, found.chosen));
    }
  }
}

TEST(WidenSlowest, KeepsTheBudgetOfBlockRams) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const std::vector<Choices> engines = random_engines(seed);
    const std::int64_t least = least_dsps(engines);
    const std::int64_t start = total(engines, widen_slowest(engines, {least, 0}).chosen).block_rams;
    for (std::int64_t block_rams = 0; block_rams < 20; ++block_rams) {
      const Allocation found = widen_slowest(engines, {34, block_rams});
      EXPECT_LE(total(engines, found.chosen).block_rams, std::max(block_rams, start)) << "seed " << seed;
    }
  }
}

TEST(WidenSlowest, SaysWhatStopsIt) {
  const Choices slow = {{10.0, 1, 1}, {5.0, 3, 4}};
  const Choices fast = {{1.0, 1, 1}};
  EXPECT_EQ(widen_slowest({fast, slow}, {3, {}}).limit, Limit::kDsps);
  EXPECT_EQ(widen_slowest({fast, slow}, {4, 4}).limit, Limit::kBlockRams);
  EXPECT_EQ(widen_slowest({fast, slow}, {4, 5}).limit, Limit::kNothingFaster);
  EXPECT_EQ(widen_slowest({fast, slow}, {4, 5}).slowest, 1U);
  EXPECT_EQ(widen_slowest({fast, slow}, {4, 5}).chosen, (std::vector<std::size_t>{0, 1}));
}

TEST(WidenSlowest, BeginsWithTheFastestOfTheCheapest) {
  EXPECT_EQ(widen_slowest({{{9.0, 2, 0}, {8.0, 1, 0}, {7.0, 1, 0}, {7.0, 1, 5}}}, {1, {}}).chosen,
            (std::vector<std::size_t>{2}));
}

}  // namespace
}  // namespace millrace::sim
