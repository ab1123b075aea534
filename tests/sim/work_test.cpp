#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/work/mask_work.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/expected_work.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_trace.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {
namespace {

using namespace test;

/// With every kind of unit.
void expect_direct_evaluation(const LayerCase& layer) {
  const auto expect = [&](const std::string& unit, double density) {
    expect_direct_work({layer.name, layer.in, layer.op, "unit: " + unit + ", " + layer.folding}, 2, density, 17);
  };
  for (const char* unit : {"dense", "skip_weights", "skip_activations", "skip_both"}) {
    expect(unit, 0.5);
  }
  expect("skip_weights, skip_empty_groups: true", 0.08);
  expect("skip_activations, skip_empty_groups: true", 0.08);
  expect("skip_both, skip_empty_groups: true", 0.2);
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

TEST(MaskWork, OfMorePairsThanALaneHolds) {
  const LayerCase bytes{"8 pairs", {20, 20, 8}, conv(64, 1, 1, 1, {}), "group_channels: 8, macs: 4"};
  expect_direct_work(bytes, 2, 1.0, 17);
  const LayerCase words{"16 pairs", {20, 20, 16}, conv(5000, 1, 1, 1, {}), "group_channels: 16, macs: 16"};
  expect_direct_work(words, 1, 1.0, 17);
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

// Cycles of a window in 8, 16 and 32 bits.
TEST(MaskWork, OfWindowsOfAnyLength) {
  for (const std::int64_t filters : {28, 29, 7281, 7282}) {
    expect_direct_evaluation(
        {fmt::format("{} filters", filters), {1, 3, 9}, conv(filters, 1, 1, 1, {}), "group_channels: 9, macs: 1"});
  }
}

// Units that fill a cache line of the band, and more or less than that; maps that are and are not whole vectors.
TEST(MaskWork, OfManyUnits) {
  for (const std::int64_t outs : {1, 15, 16, 31, 33, 64, 70}) {
    expect_direct_evaluation({fmt::format("{} units at once", outs),
                              {7, 9, 16},
                              conv(outs, 3, 1, 1, {1, 1, 1, 1}),
                              fmt::format("coarse_in: 2, coarse_out: {}, macs: 2", outs)});
  }
  expect_direct_evaluation({"whole vectors", {8, 16, 24}, conv(24, 3, 1, 24, {1, 1, 1, 1}), "coarse_group: 8"});
}

TEST(MaskWork, OfGroupsThatAreFullOrEmpty) {
  // As many pairs as a container has bits, one less and one more; quotients that come out even, and just not.
  for (const int pairs : {7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 129}) {
    for (const int macs : {1, 2, 3, 5, pairs / 2, pairs - 1, pairs}) {
      for (const double density : {0.0, 0.97, 1.0}) {
        expect_direct_work({"full or empty",
                            {2, 3, 2 * pairs},
                            conv(6, 1, 1, 1, {}),
                            "group_channels: " + std::to_string(pairs) + ", macs: " + std::to_string(macs)},
                           1, density, 3);
      }
    }
  }
}

TEST(MaskWork, OfGroupsOfManyThousandPairs) {
  // 65000 / 65000 by a reciprocal of 32 bits is 2 unless it is put right.
  expect_direct_work({"a whole map", {2, 1, 32500}, traces::FullyConnected{1}, "group_channels: 65000, macs: 65000"}, 1,
                     1.0, 3);
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
  EXPECT_THROW(MaskWork::make(std::get<DotEngine>(module(plan, "l").parameters), trace, Images{1}, best_simd_level()),
               traces::TraceError);
}

}  // namespace
}  // namespace millrace::sim
