#include "sim/analytical/lane_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace millrace::sim::analytical {

LaneOrder natural_order(std::int64_t blocks) {
  LaneOrder order(static_cast<std::size_t>(blocks));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  return order;
}

LaneOrder balanced_order(std::span<const double> keys, std::int64_t lanes) {
  LaneOrder order = natural_order(static_cast<std::int64_t>(keys.size()));
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t left, std::int64_t right) {
    return keys[static_cast<std::size_t>(left)] < keys[static_cast<std::size_t>(right)];
  });
  const std::int64_t blocks = static_cast<std::int64_t>(order.size());
  for (std::int64_t odd = lanes; odd + lanes <= blocks; odd += 2 * lanes) {
    std::reverse(order.begin() + odd, order.begin() + odd + lanes);
  }
  return order;
}

std::vector<double> speed_keys(std::span<const ZeroHistogram> blocks, DotUnit unit) {
  std::vector<double> keys;
  for (const ZeroHistogram& block : blocks) {
    keys.push_back(1.0 / mean_dot_cycles(block, unit));
  }
  return keys;
}

std::vector<double> sparsity_keys(std::span<const ZeroHistogram> blocks) {
  std::vector<double> keys;
  for (const ZeroHistogram& block : blocks) {
    keys.push_back(block.mean_zero_fraction());
  }
  return keys;
}

std::vector<ZeroHistogram> lane_histograms(std::span<const ZeroHistogram> blocks, const LaneOrder& order,
                                           std::int64_t lanes) {
  if (lanes < 1 || order.size() != blocks.size() || order.size() % static_cast<std::size_t>(lanes) != 0) {
    throw std::invalid_argument(
        fmt::format("{} blocks in an order of {} do not divide into {} lanes", blocks.size(), order.size(), lanes));
  }
  std::vector<ZeroHistogram> histograms;
  const std::size_t step = static_cast<std::size_t>(lanes);
  for (std::size_t lane = 0; lane < step; ++lane) {
    std::vector<ZeroHistogram> own;
    for (std::size_t place = lane; place < order.size(); place += step) {
      own.push_back(blocks[static_cast<std::size_t>(order[place])]);
    }
    histograms.push_back(ZeroHistogram::mean_of(own));
  }
  return histograms;
}

}  // namespace millrace::sim::analytical
