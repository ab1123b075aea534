#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/statistics/channel_counts.hpp"
#include "sim/statistics/window_histogram.hpp"
#include "sim/statistics/zero_statistics.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::sim {
namespace {

using test::RandomTrace;
using traces::Convolution;
using traces::FullyConnected;
using traces::Network;

TEST(ChannelCounts, CountEveryChannelBeyondWhatAByteHolds) {
  // 300 positions of 11 channels: channel c is set at every (c + 1)-th position.
  std::vector<std::uint8_t> mask(600);
  for (std::size_t position = 0; position < 300; ++position) {
    for (std::size_t channel = 0; channel < 11; ++channel) {
      if (position % (channel + 1) == 0) {
        mask[2 * position + channel / 8] |= static_cast<std::uint8_t>(1U << (channel % 8));
      }
    }
  }
  EXPECT_THAT(channel_counts(mask, 11), testing::ElementsAre(300, 150, 100, 75, 60, 50, 43, 38, 34, 30, 28));
}

TEST(ZeroStatistics, AreThoseOfATraceByHand) {
  const Network network =
      Network::Builder("hand", "in", {1, 2, 2}).add("c", Convolution{2, 1, 1, 1, 1, {}}, {"in"}, "out").finish("out");
  const test::TemporaryFolder folder;
  traces::TraceWriter writer(folder / "t", network, {}, {{"a", {}, {}}, {"b", {}, {}}}, std::nullopt);
  writer.weights({0}, std::vector<float>{1, 0, 0, 0});
  writer.activations({0}, 0, std::vector<float>{1, 0, 1, 1});
  writer.activations({0}, 1, std::vector<float>{1, 0, 0, 0});
  writer.finish();
  const traces::Trace trace = traces::Trace::open(folder / "t");
  const ActivationZeros activations = activation_zeros(trace, {0});
  EXPECT_DOUBLE_EQ(activations.mean, 0.5);
  EXPECT_DOUBLE_EQ(activations.least, 0.25);
  EXPECT_DOUBLE_EQ(activations.most, 0.75);
  // Channels have 0 and 0.5, then 0.5 and 1 zeros: a deviation of 0.25 in both images.
  EXPECT_DOUBLE_EQ(activations.channel_deviation, 0.25);
  // 3 of 4 non-zeros in the first of two channels.
  EXPECT_DOUBLE_EQ(activations.busiest_channel, 1.5);
  const WeightZeros weights = weight_zeros(trace, {0});
  EXPECT_DOUBLE_EQ(weights.mean, 0.75);
  EXPECT_DOUBLE_EQ(weights.filter_deviation, 0.25);
}

struct Case {
  std::string name;
  traces::MapShape in;
  traces::Operator op;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

/// The histograms of a layer "l" on "in", from values, one product after the other.
class Expected {
 public:
  Expected(const Network& network, const RandomTrace& values, std::size_t images, Windows windows)
      : map_(network.edge({0}).shape), shape_(network.weight_shape(network.layers().front())) {
    if (const auto* conv = std::get_if<Convolution>(&network.layers().front().op)) {
      conv_ = *conv;
    } else {
      conv_ = {shape_.filters, 1, 1, 1, 1, {}};
      map_ = {1, 1, map_.elements()};
    }
    kernel_ = conv_.kernel_height;
    bins_ = kernel_ * kernel_ + 1;
    activations.resize(static_cast<std::size_t>(map_.channels * bins_));
    products = activations;
    const std::int64_t rows = (map_.height + conv_.pads.top + conv_.pads.bottom - kernel_) / conv_.stride + 1;
    const std::int64_t columns = (map_.width + conv_.pads.left + conv_.pads.right - kernel_) / conv_.stride + 1;
    for (std::size_t image = 0; image < images; ++image) {
      for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
          window(values.activations({0}, image), values.weights({0}), row * conv_.stride - conv_.pads.top,
                 column * conv_.stride - conv_.pads.left, windows);
        }
      }
    }
  }

  std::vector<std::uint64_t> activations;
  std::vector<std::uint64_t> products;

 private:
  void window(const std::vector<float>& values, const std::vector<float>& weights, std::int64_t top, std::int64_t left,
              Windows windows) {
    if (windows == Windows::kInsideMap &&
        (top < 0 || left < 0 || top + kernel_ > map_.height || left + kernel_ > map_.width)) {
      return;
    }
    for (std::int64_t channel = 0; channel < map_.channels; ++channel) {
      const std::int64_t filters = shape_.filters / conv_.groups;
      const std::int64_t group = channel / shape_.channels;
      std::vector<float> patch;
      for (std::int64_t y = top; y < top + kernel_; ++y) {
        for (std::int64_t x = left; x < left + kernel_; ++x) {
          const bool is_inside = y >= 0 && x >= 0 && y < map_.height && x < map_.width;
          patch.push_back(is_inside ? values[index((y * map_.width + x) * map_.channels + channel)] : 0.0F);
        }
      }
      ++activations[index(channel * bins_ + std::count(patch.begin(), patch.end(), 0.0F))];
      for (std::int64_t filter = group * filters; filter < (group + 1) * filters; ++filter) {
        std::int64_t zeros = 0;
        for (std::int64_t i = 0; i < kernel_ * kernel_; ++i) {
          const float weight =
              weights[index((filter * kernel_ * kernel_ + i) * shape_.channels + channel % shape_.channels)];
          zeros += patch[index(i)] * weight == 0.0F ? 1 : 0;
        }
        ++products[index(channel * bins_ + zeros)];
      }
    }
  }
  static std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

  traces::MapShape map_;
  traces::WeightShape shape_;
  Convolution conv_;
  std::int64_t kernel_ = 1;
  std::int64_t bins_ = 2;
};

class Histograms : public testing::TestWithParam<Case> {};

TEST_P(Histograms, EqualACountOfEveryProduct) {
  constexpr std::size_t kImages = 2;
  const Network network =
      Network::Builder("one", "in", GetParam().in).add("l", GetParam().op, {"in"}, "out").finish("out");
  const RandomTrace values(network, kImages, 11, 0.6);
  const test::TemporaryFolder folder;
  values.write(folder / "t");
  const traces::Trace trace = traces::Trace::open(folder / "t");
  for (const Windows windows : {Windows::kAll, Windows::kInsideMap}) {
    const Expected expected(network, values, kImages, windows);
    const std::optional<WindowHistogram> counted = WindowHistogram::count(trace, {0}, windows);
    ASSERT_TRUE(counted);
    std::vector<std::uint64_t> activations;
    std::vector<std::uint64_t> products;
    for (std::int64_t channel = 0; channel < counted->channels(); ++channel) {
      for (std::int64_t zeros = 0; zeros <= counted->window_size(); ++zeros) {
        activations.push_back(counted->activations(channel, zeros));
        products.push_back(counted->products(channel, zeros));
      }
    }
    EXPECT_EQ(activations, expected.activations);
    EXPECT_EQ(products, expected.products);
  }
}

INSTANTIATE_TEST_SUITE_P(Layers, Histograms,
                         testing::Values(Case{"Plain3x3", {5, 6, 4}, Convolution{6, 3, 3, 1, 1, {1, 1, 1, 1}}},
                                         Case{"StridedUnevenPads", {7, 6, 3}, Convolution{4, 3, 3, 2, 1, {0, 1, 1, 0}}},
                                         Case{"Grouped", {5, 5, 8}, Convolution{12, 3, 3, 1, 2, {1, 1, 1, 1}}},
                                         Case{"Depthwise", {4, 5, 9}, Convolution{9, 3, 3, 1, 9, {1, 1, 1, 1}}},
                                         Case{"Large7x7", {9, 10, 3}, Convolution{4, 7, 7, 2, 1, {3, 3, 3, 3}}},
                                         Case{"LargeOfTwoWords", {9, 9, 2}, Convolution{3, 9, 9, 1, 1, {2, 2, 2, 2}}},
                                         Case{"Pointwise", {4, 4, 11}, Convolution{5, 1, 1, 1, 1, {}}},
                                         Case{"PointwiseStridedGrouped", {5, 4, 6}, Convolution{4, 1, 1, 2, 2, {}}},
                                         Case{"FullyConnected", {2, 3, 5}, FullyConnected{4}}),
                         [](const auto& info) { return info.param.name; });

TEST(WindowHistogram, IsNoneForAKernelThatIsNotSquare) {
  const Network network =
      Network::Builder("one", "in", {4, 4, 2}).add("l", Convolution{2, 1, 3, 1, 1, {}}, {"in"}, "out").finish("out");
  const test::TemporaryFolder folder;
  RandomTrace(network, 1, 1).write(folder / "t");
  EXPECT_FALSE(WindowHistogram::count(traces::Trace::open(folder / "t"), {0}));
}

}  // namespace
}  // namespace millrace::sim
