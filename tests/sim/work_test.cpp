#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/work/mask_work.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_trace.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr std::size_t kImages = 2;
const std::vector<std::string> kUnits = {"dense", "skip_weights", "skip_activations", "skip_both"};

/// One layer "l" on the edge "in", and how it is folded.
struct Case {
  std::string name;
  traces::MapShape in;
  traces::Operator op;
  std::string folding;
};

/// What an engine is to hand over, from values, one element after the other.
class Expected {
 public:
  Expected(const traces::Network& network, const RandomTrace& values, const DotEngine& engine)
      : values_(values), engine_(engine), map_(network.edge(engine.input).shape) {
    const Folding& folding = engine.folding;
    // A fully connected layer sees one pixel: its map, pixels behind each other, channels innermost.
    if (std::holds_alternative<traces::FullyConnected>(network.layer(engine.layer).op)) {
      map_ = {1, 1, map_.elements()};
    }
    const std::int64_t words_a_pixel = map_.channels / folding.lanes_in();
    for (image_ = 0; image_ < kImages; ++image_) {
      for (std::int64_t y = 0; y < engine.window.out_height(); ++y) {
        for (std::int64_t x = 0; x < engine.window.out_width(); ++x) {
          for (std::int64_t word = 0; word < words_a_pixel; ++word) {
            for (std::int64_t lane = 0; lane < folding.coarse_group * folding.coarse_in; ++lane) {
              const std::int64_t channel = word * folding.lanes_in() + lane * folding.group_channels;
              for (std::int64_t out = 0; out < folding.coarse_out; ++out) {
                work.push_back(unit_cycles(y, x, channel, out));
              }
            }
          }
        }
      }
    }
  }

  std::vector<UnitWork> work;
  std::int64_t macs_done = 0;
  std::int64_t dense_macs = 0;

 private:
  UnitWork unit_cycles(std::int64_t y, std::int64_t x, std::int64_t channel, std::int64_t out) {
    const std::int64_t filters = engine_.filters / engine_.groups;
    const std::int64_t group = channel / (engine_.channels / engine_.groups);
    std::int64_t cycles = 0;
    for (std::int64_t filter = out; filter < filters; filter += engine_.folding.coarse_out) {
      cycles += group_cycles(y, x, channel, group * filters + filter);
    }
    return static_cast<UnitWork>(std::max<std::int64_t>(cycles, 1));
  }

  std::int64_t group_cycles(std::int64_t y, std::int64_t x, std::int64_t first_channel, std::int64_t filter) {
    std::int64_t pairs = 0;
    for (std::int64_t ky = 0; ky < engine_.window.kernel; ++ky) {
      for (std::int64_t kx = 0; kx < engine_.window.kernel; ++kx) {
        for (std::int64_t c = first_channel; c < first_channel + engine_.folding.group_channels; ++c) {
          const bool activation = has_activation(y * engine_.window.stride + ky - engine_.window.pad_top,
                                                 x * engine_.window.stride + kx - engine_.window.pad_left, c);
          pairs += survives(activation, has_weight(filter, ky, kx, c % (engine_.channels / engine_.groups))) ? 1 : 0;
          ++dense_macs;
        }
      }
    }
    macs_done += pairs;
    if (pairs == 0 && engine_.skip_empty_groups) {
      return 0;
    }
    std::int64_t cycles = 1;
    while (cycles * engine_.folding.macs < pairs) {
      ++cycles;
    }
    return cycles;
  }

  bool survives(bool activation, bool weight) const {
    switch (engine_.unit) {
      case UnitKind::kDense:
        return true;
      case UnitKind::kSkipWeights:
        return weight;
      case UnitKind::kSkipActivations:
        return activation;
      case UnitKind::kSkipBoth:
        break;
    }
    return activation && weight;
  }

  bool has_activation(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    if (row < 0 || row >= map_.height || column < 0 || column >= map_.width) {
      return false;
    }
    const std::int64_t element = (row * map_.width + column) * map_.channels + channel;
    return values_.activations(engine_.input, image_)[static_cast<std::size_t>(element)] != 0.0F;
  }

  bool has_weight(std::int64_t filter, std::int64_t ky, std::int64_t kx, std::int64_t channel) const {
    const std::int64_t kernel = engine_.window.kernel;
    const std::int64_t element = ((filter * kernel + ky) * kernel + kx) * (engine_.channels / engine_.groups) + channel;
    return values_.weights(engine_.layer)[static_cast<std::size_t>(element)] != 0.0F;
  }

  const RandomTrace& values_;
  const DotEngine& engine_;
  traces::MapShape map_;
  std::size_t image_ = 0;
};

void expect_direct_evaluation(const Case& layer, const std::string& unit, double density) {
  SCOPED_TRACE(layer.name + ", " + unit);
  const traces::Network network =
      traces::Network::Builder("net", "in", layer.in).add("l", layer.op, {"in"}, "out").finish("out");
  const RandomTrace values(network, kImages, 17, density);
  const TemporaryFolder folder;
  values.write(folder / "t.safetensors");
  const traces::Trace trace = traces::Trace::open(folder / "t.safetensors");
  const Plan plan = plan_of("defaults: {}\nlayers: {l: {unit: " + unit + ", " + layer.folding + "}}", network);
  const DotEngine& engine = std::get<DotEngine>(module(plan, "l").parameters);

  const Expected expected(network, values, engine);
  const std::unique_ptr<MaskWork> source = MaskWork::make(engine, trace);
  std::vector<UnitWork> work;
  while (work.size() < expected.work.size()) {
    const std::span<const UnitWork> band = source->next_band();
    ASSERT_FALSE(band.empty());
    ASSERT_EQ(band.size() % static_cast<std::size_t>(engine.array.units), 0U);
    work.insert(work.end(), band.begin(), band.end());
  }
  ASSERT_EQ(work.size(), kImages * static_cast<std::size_t>(engine.windows_per_image() * engine.array.units));
  EXPECT_EQ(work, expected.work);
  EXPECT_EQ(source->totals().macs_done, expected.macs_done);
  EXPECT_EQ(source->totals().dense_macs, expected.dense_macs);
}

void expect_direct_evaluation(const Case& layer) {
  for (const std::string& unit : kUnits) {
    expect_direct_evaluation(layer, unit, 0.5);
  }
  expect_direct_evaluation(layer, "skip_weights, skip_empty_groups: true", 0.08);
  expect_direct_evaluation(layer, "skip_activations, skip_empty_groups: true", 0.08);
  expect_direct_evaluation(layer, "skip_both, skip_empty_groups: true", 0.2);
}

traces::Convolution conv(std::int64_t filters, std::int64_t kernel, std::int64_t stride, std::int64_t groups,
                         traces::Pads pads) {
  return {filters, kernel, kernel, stride, groups, pads};
}

TEST(MaskWork, OfAConvolution) {
  const traces::MapShape in{5, 6, 6};
  const traces::Operator op = conv(8, 3, 1, 1, {1, 1, 1, 1});
  expect_direct_evaluation({"one unit", in, op, "macs: 1"});
  expect_direct_evaluation({"more macs", in, op, "macs: 4"});
  expect_direct_evaluation({"all macs", in, op, "macs: 9"});
  expect_direct_evaluation({"coarse in and out", in, op, "coarse_in: 3, coarse_out: 4, macs: 2"});
  expect_direct_evaluation({"all at once", in, op, "coarse_in: 6, coarse_out: 8, macs: 3"});
}

TEST(MaskWork, OfGroupsOfSeveralChannels) {
  const traces::MapShape in{4, 5, 12};
  const traces::Operator op = conv(6, 3, 1, 1, {1, 1, 1, 1});
  expect_direct_evaluation({"pairs in one word", in, op, "group_channels: 3, macs: 5"});
  expect_direct_evaluation({"more than 64 pairs", in, op, "group_channels: 12, macs: 7"});
  expect_direct_evaluation({"with lanes", in, op, "group_channels: 2, coarse_in: 3, coarse_out: 2, macs: 3"});
}

TEST(MaskWork, OfGroupsOfMoreThan64PairsOfOneChannel) {
  expect_direct_evaluation({"9 x 9", {11, 10, 3}, conv(4, 9, 1, 1, {4, 4, 4, 4}), "coarse_in: 3, macs: 10"});
}

TEST(MaskWork, OfStridesAndUnevenPads) {
  expect_direct_evaluation({"stride 2", {7, 8, 4}, conv(4, 3, 2, 1, {1, 0, 2, 1}), "coarse_in: 2, macs: 2"});
  expect_direct_evaluation({"no pads", {6, 5, 3}, conv(2, 3, 1, 1, {}), "coarse_out: 2, macs: 3"});
  expect_direct_evaluation({"stride 3", {8, 7, 2}, conv(2, 2, 3, 1, {0, 1, 1, 0}), "macs: 4"});
  expect_direct_evaluation({"1 x 1, stride 2", {5, 5, 10}, conv(4, 1, 2, 1, {}), "group_channels: 5, coarse_in: 2"});
}

TEST(MaskWork, OfAnImagesThreeChannels) {
  const traces::MapShape in{9, 11, 3};
  expect_direct_evaluation({"7 x 7, stride 2", in, conv(8, 7, 2, 1, {3, 3, 3, 3}), "coarse_out: 4, macs: 5"});
  expect_direct_evaluation({"in three lanes", in, conv(8, 7, 2, 1, {3, 3, 3, 3}), "coarse_in: 3, macs: 49"});
  expect_direct_evaluation({"three channels a group", in, conv(4, 7, 2, 1, {3, 3, 2, 2}), "group_channels: 3"});
  expect_direct_evaluation({"padded below only", in, conv(4, 3, 2, 1, {0, 0, 1, 1}), "coarse_in: 3, coarse_out: 2"});
}

TEST(MaskWork, OfGroupedConvolutions) {
  const traces::MapShape in{4, 4, 12};
  expect_direct_evaluation({"groups in turn", in, conv(9, 3, 1, 3, {1, 1, 1, 1}), "coarse_in: 2, coarse_out: 3"});
  expect_direct_evaluation({"groups in parallel", in, conv(9, 3, 1, 3, {1, 1, 1, 1}),
                            "coarse_group: 3, coarse_in: 2, group_channels: 2, coarse_out: 3, macs: 4"});
  expect_direct_evaluation({"two at once of four", in, conv(8, 3, 1, 4, {1, 1, 1, 1}),
                            "coarse_group: 2, coarse_in: 3, coarse_out: 2, macs: 2"});
}

TEST(MaskWork, OfDepthwiseConvolutions) {
  const traces::MapShape in{5, 4, 10};
  expect_direct_evaluation({"in turn", in, conv(10, 3, 1, 10, {1, 1, 1, 1}), "macs: 2"});
  expect_direct_evaluation({"in parallel", in, conv(10, 3, 2, 10, {1, 1, 1, 1}), "coarse_group: 5, macs: 2"});
  expect_direct_evaluation({"multiplied", in, conv(20, 3, 1, 10, {1, 1, 1, 1}), "coarse_group: 10, coarse_out: 2"});
}

TEST(MaskWork, OfPointwiseConvolutions) {
  expect_direct_evaluation(
      {"odd channels", {3, 4, 21}, conv(5, 1, 1, 1, {}), "group_channels: 7, coarse_in: 3, macs: 3"});
  expect_direct_evaluation({"70 channels a group", {2, 3, 140}, conv(3, 1, 1, 1, {}), "group_channels: 70, macs: 9"});
}

TEST(MaskWork, OfFullyConnectedLayers) {
  expect_direct_evaluation({"a pixel", {1, 1, 24}, traces::FullyConnected{10}, "group_channels: 8, coarse_out: 5"});
  // Pixels of 5 channels: masks are padded to whole bytes at every pixel, the flat pixel is not.
  expect_direct_evaluation({"a map", {3, 4, 5}, traces::FullyConnected{6}, "group_channels: 1, coarse_in: 4"});
  expect_direct_evaluation({"groups across pixels",
                            {3, 4, 5},
                            traces::FullyConnected{6},
                            "group_channels: 6, coarse_in: 2, coarse_out: 3, macs: 4"});
  expect_direct_evaluation({"a row", {1, 6, 11}, traces::FullyConnected{4}, "group_channels: 66, macs: 12"});
}

TEST(MaskWork, NeedsMasks) {
  const traces::Network network =
      traces::Network::Builder("net", "in", {2, 2, 2}).add("l", traces::FullyConnected{2}, {"in"}, "out").finish("out");
  const TemporaryFolder folder;
  RandomTrace(network, 0, 1).write(folder / "t.safetensors");
  const traces::Trace trace = traces::Trace::open(folder / "t.safetensors");
  const Plan plan = plan_of("defaults: {}", network);
  EXPECT_THROW(MaskWork::make(std::get<DotEngine>(module(plan, "l").parameters), trace), traces::TraceError);
}

}  // namespace
}  // namespace millrace::sim
