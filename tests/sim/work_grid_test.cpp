// Layers of all shapes by chance, at every SIMD level.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/sim/expected_work.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr std::uint32_t kLayers = 400;
/// Multiplications of a layer and image: what direct evaluation does in no time.
constexpr std::int64_t kMostMacs = 60'000;

class RandomLayer {
 public:
  explicit RandomLayer(std::uint32_t seed) : random_(seed) {}

  /// A convolution, or now and then a fully connected layer, of at most kMostMacs.
  LayerCase next() {
    while (true) {
      const bool is_connected = one_in(8);
      LayerCase layer = is_connected ? connected() : convolution();
      if (macs_ <= kMostMacs) {
        layer.folding += units();
        return layer;
      }
    }
  }

 private:
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return std::uniform_int_distribution<std::int64_t>(first, last)(random_);
  }
  bool one_in(std::int64_t count) { return between(1, count) == 1; }
  std::int64_t one_of(const std::vector<std::int64_t>& values) {
    return values[static_cast<std::size_t>(between(0, std::ssize(values) - 1))];
  }
  std::int64_t divisor_of(std::int64_t number) {
    std::vector<std::int64_t> divisors;
    for (std::int64_t divisor = 1; divisor <= number; ++divisor) {
      if (number % divisor == 0) {
        divisors.push_back(divisor);
      }
    }
    return one_of(divisors);
  }

  LayerCase convolution() {
    const std::int64_t kernel = one_of({1, 1, 1, 2, 3, 3, 3, 4, 5, 7, 9});
    const auto pad = [&] { return between(0, std::min<std::int64_t>(kernel - 1, 3)); };
    traces::Convolution conv;
    conv.kernel_height = conv.kernel_width = kernel;
    conv.stride = between(1, 3);
    conv.groups = one_of({1, 1, 1, 2, 3, 8, 20});
    conv.pads = {pad(), pad(), pad(), pad()};
    const std::int64_t channels = one_of({1, 1, 2, 3, 4, 5, 8, 16, 24, 70});
    const std::int64_t filters = one_of({1, 1, 2, 3, 4, 6, 16, 20, 33, 64, 300});
    conv.filters = filters * conv.groups;
    // Maps narrower than a vector, and wider than some.
    const std::int64_t width = one_in(4) ? between(kernel, 150) : between(kernel, kernel + 9);
    const std::int64_t height = between(kernel, kernel + 5);
    macs_ = width * height * channels * conv.filters * kernel * kernel;
    return fold({fmt::format("{} x {} x {}, kernel {}, stride {}, {} groups, {} filters", height, width,
                             channels * conv.groups, kernel, conv.stride, conv.groups, conv.filters),
                 {height, width, channels * conv.groups},
                 conv,
                 ""},
                channels, filters, conv.groups, kernel);
  }

  LayerCase connected() {
    const traces::MapShape map{between(1, 4), between(1, 4), between(1, 40)};
    const std::int64_t outputs = between(1, 300);
    macs_ = map.elements() * outputs;
    return fold({fmt::format("{} x {} x {} to {}", map.height, map.width, map.channels, outputs), map,
                 traces::FullyConnected{outputs}, ""},
                map.elements(), outputs, 1, 1);
  }

  LayerCase fold(LayerCase layer, std::int64_t channels, std::int64_t filters, std::int64_t groups,
                 std::int64_t kernel) {
    std::int64_t group_channels = divisor_of(channels);
    std::int64_t coarse_in = divisor_of(channels / group_channels);
    std::int64_t coarse_out = divisor_of(filters);
    std::int64_t coarse_group = 1;
    if (groups > 1 && one_in(2)) {
      coarse_in = channels / group_channels;
      coarse_out = filters;
      coarse_group = divisor_of(groups);
    }
    const std::int64_t pairs = kernel * kernel * group_channels;
    const std::int64_t macs = one_of({1, std::min<std::int64_t>(2, pairs), between(1, pairs), pairs});
    layer.folding = fmt::format("group_channels: {}, coarse_in: {}, coarse_out: {}, coarse_group: {}, macs: {}, ",
                                group_channels, coarse_in, coarse_out, coarse_group, macs);
    return layer;
  }

  std::string units() {
    const char* const kinds[] = {"skip_both", "skip_both", "skip_both", "skip_activations", "skip_weights", "dense"};
    const std::size_t kind = static_cast<std::size_t>(between(0, 5));
    const bool skips_empty = kind != 5 && one_in(3);
    return fmt::format("unit: {}, skip_empty_groups: {}", kinds[kind], skips_empty);
  }

  std::mt19937 random_;
  std::int64_t macs_ = 0;
};

TEST(MaskWork, OfRandomLayersIsTheSameAtEveryLevel) {
  for (std::uint32_t seed = 0; seed < kLayers; ++seed) {
    SCOPED_TRACE(seed);
    expect_direct_work(RandomLayer(seed).next(), 1 + seed % 3, seed % 2 == 0 ? 0.5 : 0.15, seed);
    if (testing::Test::HasFailure()) {
      break;
    }
  }
}

}  // namespace
}  // namespace millrace::sim
