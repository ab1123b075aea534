// Pools as they are planned, with values in their words, against their definition: windows, pads, ceil mode, divisors.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "tests/modules/support/worklist_graph.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/plan_lookup.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr Images kImages{2};
using Numbers = std::vector<std::int32_t>;

/// Positive and negative, pixel-major.
Numbers random_map(const traces::MapShape& shape, oracle::Random& random) {
  Numbers numbers(static_cast<std::size_t>(shape.elements()));
  for (std::int32_t& number : numbers) {
    number = static_cast<std::int32_t>(random.below(201)) - 100;
  }
  return numbers;
}

/// Windows begin every `stride` positions, from the padding on. The last one ends before the padding does, or, in ceil
/// mode, begins before the padding behind the map does.
std::vector<std::int64_t> window_begins(std::int64_t size, const traces::PoolWindow& window, std::int64_t before,
                                        std::int64_t after) {
  std::vector<std::int64_t> begins;
  bool complete = true;
  for (std::int64_t begin = -before; complete; begin += window.stride) {
    complete = begin + window.kernel <= size + after;
    // A window that ends with the padding needs none behind it.
    const bool all_seen = !begins.empty() && begins.back() + window.kernel >= size + after;
    if (complete || (window.ceil_mode && begin < size && !all_seen)) {
      begins.push_back(begin);
    }
  }
  return begins;
}

/// One output value, position by position.
std::int32_t reduce(const traces::MapShape& in, const Numbers& map, const traces::PoolWindow& window, PoolKind kind,
                    bool count_pads, std::int64_t top, std::int64_t left, std::int64_t channel) {
  double sum = 0;
  std::int64_t count = 0;
  std::optional<std::int32_t> largest;
  for (std::int64_t row = top; row < top + window.kernel; ++row) {
    for (std::int64_t column = left; column < left + window.kernel; ++column) {
      const bool on_map = row >= 0 && row < in.height && column >= 0 && column < in.width;
      const bool on_pads = row < in.height + window.pads.bottom && column < in.width + window.pads.right;
      if (on_map) {
        const std::int32_t value = map[static_cast<std::size_t>((row * in.width + column) * in.channels + channel)];
        sum += value;
        largest = std::max(largest.value_or(value), value);
      }
      count += on_map || (count_pads && on_pads) ? 1 : 0;
    }
  }
  return kind == PoolKind::kMax ? *largest
                                : static_cast<std::int32_t>(std::floor(sum / static_cast<double>(count) + 0.5));
}

Numbers expected_of(const traces::MapShape& in, const Numbers& map, const traces::PoolWindow& window, PoolKind kind,
                    bool count_pads) {
  Numbers numbers;
  for (const std::int64_t top : window_begins(in.height, window, window.pads.top, window.pads.bottom)) {
    for (const std::int64_t left : window_begins(in.width, window, window.pads.left, window.pads.right)) {
      for (std::int64_t channel = 0; channel < in.channels; ++channel) {
        numbers.push_back(reduce(in, map, window, kind, count_pads, top, left, channel));
      }
    }
  }
  return numbers;
}

/// What comes out of the planned modules.
Numbers run_planned(const Plan& plan, const Numbers& maps, std::size_t values_out) {
  const auto& pool = std::get<PoolParameters>(module(plan, "pool").parameters);
  const auto lanes = static_cast<std::size_t>(pool.lanes);
  std::vector<Values> words;
  for (std::size_t index = 0; index < maps.size(); index += lanes) {
    const auto first = maps.begin() + static_cast<std::ptrdiff_t>(index);
    words.push_back({{first, first + static_cast<std::ptrdiff_t>(lanes)}});
  }
  std::vector<Values> received;
  Graph<Values> graph;
  auto last = graph.stream(2);
  graph.add_source(last, ServiceTimes(words.size(), 1), words);
  if (!pool.shape.is_identity()) {
    const auto windows = graph.stream(2);
    graph.add<SlidingWindow>({last}, {windows},
                             std::get<SlidingWindowParameters>(module(plan, "pool.window").parameters), kImages);
    last = windows;
  }
  const auto out = graph.stream(2);
  graph.add<Pool>({last}, {out}, pool, kImages);
  graph.add_sink(out, ServiceTimes(values_out / lanes, 1), &received);
  EXPECT_TRUE(WorklistGraph(graph).run(Pace::kRunAhead).completed);
  Numbers numbers;
  for (const Values& word : received) {
    numbers.insert(numbers.end(), word.lanes.begin(), word.lanes.end());
  }
  return numbers;
}

class PoolValues : public testing::Test {
 protected:
  void expect_definition(const traces::MapShape& in, const traces::Operator& op, const traces::PoolWindow& window,
                         PoolKind kind, bool count_pads) {
    const traces::Network network =
        traces::Network::Builder("n", "in", in).add("pool", op, {"in"}, "out").finish("out");
    const std::int64_t lanes = random_.pick<std::int64_t>({1, 2, 4});
    const Plan plan = plan_of("defaults: {lanes: " + std::to_string(lanes) + "}", network);
    Numbers maps;
    Numbers expected;
    for (std::int64_t image = 0; image < kImages.count; ++image) {
      const Numbers map = random_map(in, random_);
      const Numbers pooled = expected_of(in, map, window, kind, count_pads);
      maps.insert(maps.end(), map.begin(), map.end());
      expected.insert(expected.end(), pooled.begin(), pooled.end());
    }
    EXPECT_EQ(kImages.count * network.edge(network.output()).shape.elements(), std::ssize(expected));
    EXPECT_EQ(run_planned(plan, maps, expected.size()), expected)
        << in.height << " x " << in.width << ", kernel " << window.kernel << ", stride " << window.stride << ", pads "
        << window.pads.top << ' ' << window.pads.left << ' ' << window.pads.bottom << ' ' << window.pads.right
        << (window.ceil_mode ? ", ceil" : "") << (count_pads ? ", pads count" : "");
  }

  void expect_every_pool(const traces::MapShape& in, const traces::PoolWindow& window) {
    expect_definition(in, traces::MaxPool{window}, window, PoolKind::kMax, false);
    expect_definition(in, traces::AveragePool{window, false}, window, PoolKind::kAverage, false);
    expect_definition(in, traces::AveragePool{window, true}, window, PoolKind::kAverage, true);
  }

 private:
  oracle::Random random_{12};
};

TEST_F(PoolValues, EqualTheDefinitionForEveryKernelStrideAndPad) {
  for (const traces::MapShape& in : {traces::MapShape{7, 6, 4}, traces::MapShape{5, 8, 4}}) {
    for (const std::int64_t kernel : {1, 2, 3, 4}) {
      for (const std::int64_t stride : {1, 2, 3}) {
        for (const bool ceil_mode : {false, true}) {
          const std::int64_t most = kernel - 1;
          for (const traces::Pads& pads : {traces::Pads{}, traces::Pads{most, most, most, most},
                                           traces::Pads{0, most / 2, most, 0}, traces::Pads{most / 2, 0, 0, most}}) {
            expect_every_pool(in, {kernel, stride, pads, ceil_mode});
          }
        }
      }
    }
  }
}

TEST_F(PoolValues, EqualTheDefinitionWhereCeilModeAddsAWindow) {
  // SqueezeNet 1.0: 3 x 3 of stride 2 on even maps. Then strides beyond the kernel, and one window alone.
  expect_every_pool({8, 10, 4}, {3, 2, {}, true});
  expect_every_pool({8, 7, 4}, {2, 3, {}, true});
  expect_every_pool({4, 4, 4}, {3, 3, {1, 1, 1, 1}, true});
  expect_every_pool({3, 3, 4}, {3, 2, {}, true});
}

}  // namespace
}  // namespace millrace::sim
