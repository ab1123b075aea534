#include "sim/plan/planner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> module_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const PlannedModule& module : plan.modules) {
    names.push_back(module.name);
  }
  return names;
}

std::vector<std::string> names_of_kind(const Plan& plan, const std::string& kind) {
  std::vector<std::string> names;
  for (const PlannedModule& module : plan.modules) {
    if (module_kind(module.parameters) == kind) {
      names.push_back(module.name);
    }
  }
  return names;
}

/// lanes, words an image, latency.
std::vector<std::int64_t> flow(const Plan& plan, const std::string& name) {
  const PlannedStream& planned = stream(plan, name);
  return {planned.lanes, planned.words, planned.latency.count()};
}

const DotEngine& engine(const Plan& plan, const std::string& name) {
  return std::get<DotEngine>(module(plan, name).parameters);
}

TEST(Planner, MakesAChainOfWindowsAndEngines) {
  const Plan plan = plan_of("defaults: {group_channels: 1}", chain_network());
  EXPECT_THAT(module_names(plan),
              ElementsAre("dma_reader", "conv1.window", "conv1", "conv2.window", "conv2", "fc", "dma_writer"));
  // 8x6x4, then 8x6x8, 4x3x12, 10; L = 2 behind an engine with one MAC and one lane.
  EXPECT_THAT(flow(plan, "dma_reader -> conv1.window"), ElementsAre(1, 192, 1));
  EXPECT_THAT(flow(plan, "conv1.window -> conv1"), ElementsAre(1, 192, 1));
  EXPECT_THAT(flow(plan, "conv1 -> conv2.window"), ElementsAre(1, 384, 2));
  EXPECT_THAT(flow(plan, "conv2.window -> conv2"), ElementsAre(1, 96, 1));
  EXPECT_THAT(flow(plan, "conv2 -> fc"), ElementsAre(1, 144, 2));
  EXPECT_THAT(flow(plan, "fc -> dma_writer"), ElementsAre(1, 10, 2));
  EXPECT_EQ(plan.words_per_image(), 192 + 192 + 384 + 96 + 144 + 10);
  EXPECT_THAT(join_streams(plan), IsEmpty());
  EXPECT_EQ(stream(plan, "dma_reader -> conv1.window").word_bits, 8);
  EXPECT_EQ(stream(plan, "conv1.window -> conv1").word_bits, 9 * 8);
}

TEST(Planner, CountsWhatAnEngineDoesInAnImage) {
  const Plan plan =
      plan_of("defaults: {group_channels: 1}\nlayers: {conv2: {coarse_in: 4, coarse_out: 3}}", chain_network());
  const DotEngine& conv2 = engine(plan, "conv2");
  EXPECT_EQ(conv2.array.units, 12);
  EXPECT_EQ(conv2.array.accumulations, 4 * 3);
  EXPECT_EQ(conv2.array.windows_per_accumulation, 8 / 4);
  EXPECT_EQ(conv2.array.words_per_accumulation, 12 / 3);
  EXPECT_EQ(conv2.group_pairs(), 9);
  EXPECT_EQ(conv2.groups_per_unit(), 12 * 2 * 4);
  const DotEngine& fc = engine(plan, "fc");
  EXPECT_EQ(fc.array.accumulations, 1);
  EXPECT_EQ(fc.array.windows_per_accumulation, 4 * 3 * 12);
  EXPECT_EQ(fc.array.words_per_accumulation, 10);
}

TEST(Planner, FoldsEnginesIntoLanesAndLatencies) {
  const Plan plan = plan_of(R"(
defaults: {depth: 5}
layers:
  conv1: {coarse_in: 2, coarse_out: 4, macs: 9, queue: 7}
  conv2: {coarse_in: 2, group_channels: 2, coarse_out: 6, macs: 18, pixel_buffers: 3, lock_step: true}
  fc: {group_channels: 6, coarse_in: 3, coarse_out: 5, macs: 5}
)",
                            chain_network());
  EXPECT_THAT(flow(plan, "dma_reader -> conv1.window"), ElementsAre(2, 96, 1));
  EXPECT_THAT(flow(plan, "conv1.window -> conv1"), ElementsAre(2, 96, 1));
  // 2 + ceil(log2 9) + ceil(log2 2).
  EXPECT_THAT(flow(plan, "conv1 -> conv2.window"), ElementsAre(4, 96, 7));
  // 2 + ceil(log2 18) + ceil(log2 2); 6 lanes become 18.
  EXPECT_THAT(flow(plan, "conv2 -> fc.rebundle"), ElementsAre(6, 24, 8));
  EXPECT_THAT(flow(plan, "fc.rebundle -> fc"), ElementsAre(18, 8, 1));
  // 2 + ceil(log2 5) + ceil(log2 3).
  EXPECT_THAT(flow(plan, "fc -> dma_writer"), ElementsAre(5, 2, 7));
  EXPECT_EQ(stream(plan, "dma_reader -> conv1.window").depth.words, 5);
  EXPECT_EQ(stream(plan, "conv1.window -> conv1").depth.words, 7);
  EXPECT_EQ(stream(plan, "conv2.window -> conv2").depth.words, 2);
  EXPECT_EQ(stream(plan, "conv2 -> fc.rebundle").depth.words, 5);
  EXPECT_EQ(engine(plan, "conv2").array.pixel_buffers, 3);
  EXPECT_TRUE(engine(plan, "conv2").array.lock_step);
  EXPECT_FALSE(engine(plan, "conv1").array.lock_step);
}

TEST(Planner, PutsARebundleWhereLanesDifferAndNowhereElse) {
  EXPECT_THAT(names_of_kind(plan_of("defaults: {group_channels: 1}", residual_network()), "Rebundle"), IsEmpty());
  const Plan plan = plan_of("defaults: {group_channels: 1}\nlayers: {stem: {coarse_out: 4}, conv2: {coarse_in: 2}}",
                            residual_network());
  EXPECT_THAT(names_of_kind(plan, "Rebundle"), ElementsAre("conv1.rebundle", "conv2.rebundle", "add.rebundle1"));
  EXPECT_THAT(flow(plan, "x.fork -> conv1.rebundle"), ElementsAre(4, 42, 1));
  EXPECT_THAT(flow(plan, "conv1.rebundle -> conv1.window"), ElementsAre(1, 168, 1));
  EXPECT_THAT(flow(plan, "x.fork -> add.rebundle1"), ElementsAre(4, 42, 1));
  EXPECT_THAT(flow(plan, "add.rebundle1 -> add"), ElementsAre(1, 168, 1));
  const auto& parameters = std::get<RebundleParameters>(module(plan, "conv1.rebundle").parameters);
  EXPECT_EQ(parameters, (RebundleParameters{42, 4, 4, 1}));
}

TEST(Planner, GivesAFullyConnectedLayerLanesAcrossPixels) {
  const Plan plan =
      plan_of("defaults: {group_channels: 1}\nlayers: {fc: {coarse_in: 9, group_channels: 4}}", chain_network());
  EXPECT_THAT(flow(plan, "fc.rebundle -> fc"), ElementsAre(36, 4, 1));
  EXPECT_EQ(std::get<RebundleParameters>(module(plan, "fc.rebundle").parameters), (RebundleParameters{1, 144, 1, 36}));
}

TEST(Planner, TakesGroupsOfUpToEightChannelsForASinglePixel) {
  EXPECT_EQ(engine(plan_of("defaults: {}", chain_network()), "fc").folding.group_channels, 8);
  const Plan plan = plan_of("defaults: {}", grouped_network());
  EXPECT_EQ(engine(plan, "depthwise").folding.group_channels, 1);
  EXPECT_EQ(engine(plan, "grouped").folding.group_channels, 1);
  EXPECT_EQ(engine(plan, "pointwise").folding.group_channels, 6);
}

TEST(Planner, ForksAnEdgeForEveryReader) {
  const Plan plan = plan_of("defaults: {}", three_readers_network());
  EXPECT_THAT(names_of_kind(plan, "Fork"), ElementsAre("x.fork"));
  EXPECT_EQ(module(plan, "x.fork").outputs.size(), 3U);
  EXPECT_EQ(std::get<ForkParameters>(module(plan, "x.fork").parameters).words, 5 * 6 * 4);
  for (const char* name : {"x.fork -> conv1.window", "x.fork -> first", "x.fork -> second"}) {
    EXPECT_THAT(flow(plan, name), ElementsAre(1, 120, 1));
  }
  EXPECT_EQ(join_streams(plan).size(), 4U);
}

TEST(Planner, ForksTheNetworksInput) {
  const Plan plan = plan_of("defaults: {}", forked_input_network());
  EXPECT_THAT(module_names(plan), ElementsAre("dma_reader", "in.fork", "conv.window", "conv", "add", "dma_writer"));
  EXPECT_EQ(stream(plan, "in.fork -> add").to, stream(plan, "conv -> add").to);
}

TEST(Planner, JoinsInTheOrderOfTheGraph) {
  const Plan plan = plan_of("defaults: {}", residual_network());
  EXPECT_THAT(module(plan, "add").inputs,
              ElementsAre(stream_id(plan, "conv2 -> add"), stream_id(plan, "x.fork -> add")));
}

TEST(Planner, GivesALayerThatReadsAnEdgeTwiceTwoStreams) {
  const Plan plan = plan_of("defaults: {}", doubled_network());
  EXPECT_EQ(module(plan, "x.fork").outputs.size(), 2U);
  EXPECT_THAT(flow(plan, "x.fork -> twice"), ElementsAre(1, 64, 1));
  EXPECT_THAT(flow(plan, "x.fork -> twice #2"), ElementsAre(1, 64, 1));
  EXPECT_THAT(flow(plan, "twice -> dma_writer"), ElementsAre(1, 64, 1));
}

TEST(Planner, SubsamplesAndPadsTheShortcut) {
  const Plan plan = plan_of("defaults: {}\nlayers: {stem: {coarse_out: 2}}", strided_shortcut_network());
  EXPECT_THAT(flow(plan, "x.fork -> slice"), ElementsAre(2, 96, 1));
  EXPECT_THAT(flow(plan, "slice -> pad"), ElementsAre(2, 24, 1));
  EXPECT_THAT(flow(plan, "pad -> add.rebundle1"), ElementsAre(2, 48, 1));
  EXPECT_THAT(flow(plan, "add.rebundle1 -> add"), ElementsAre(1, 96, 1));
  EXPECT_EQ(std::get<SubsampleParameters>(module(plan, "slice").parameters), (SubsampleParameters{8, 6, 2, 2}));
  EXPECT_EQ(std::get<ChannelPadParameters>(module(plan, "pad").parameters), (ChannelPadParameters{12, 2, 1, 2, 1}));
}

TEST(Planner, RebundlesBeforeAChannelPadWhoseLanesWouldCrossThePadding) {
  const Plan plan = plan_of("defaults: {}\nlayers: {stem: {coarse_out: 4}}", strided_shortcut_network());
  EXPECT_THAT(flow(plan, "slice -> pad.rebundle"), ElementsAre(4, 12, 1));
  EXPECT_THAT(flow(plan, "pad.rebundle -> pad"), ElementsAre(2, 24, 1));
}

TEST(Planner, RunsWholeGroupsInParallel) {
  const Plan plan = plan_of(R"(
defaults: {}
layers:
  depthwise: {coarse_group: 4, macs: 3}
  grouped: {coarse_group: 2, coarse_in: 2, group_channels: 2, coarse_out: 6}
)",
                            grouped_network());
  const DotEngine& depthwise = engine(plan, "depthwise");
  EXPECT_EQ(depthwise.array.units, 4);
  EXPECT_EQ(depthwise.array.accumulations, 36 * 8 / 4);
  EXPECT_EQ(depthwise.array.windows_per_accumulation, 1);
  EXPECT_EQ(depthwise.array.words_per_accumulation, 1);
  EXPECT_THAT(flow(plan, "depthwise.window -> depthwise"), ElementsAre(4, 72, 1));
  EXPECT_THAT(flow(plan, "depthwise -> grouped.rebundle"), ElementsAre(4, 72, 4));
  const DotEngine& grouped = engine(plan, "grouped");
  EXPECT_EQ(grouped.array.units, 24);
  EXPECT_EQ(grouped.array.accumulations, 36);
  EXPECT_EQ(grouped.array.words_per_accumulation, 1);
  EXPECT_THAT(flow(plan, "grouped.window -> grouped"), ElementsAre(8, 36, 1));
  EXPECT_THAT(flow(plan, "grouped -> pointwise.rebundle"), ElementsAre(12, 36, 3));
}

TEST(Planner, WorksGroupsOneAfterTheOther) {
  const DotEngine grouped =
      engine(plan_of("defaults: {}\nlayers: {grouped: {coarse_in: 2, coarse_out: 3}}", grouped_network()), "grouped");
  EXPECT_EQ(grouped.array.units, 6);
  EXPECT_EQ(grouped.array.accumulations, 36 * 2);
  EXPECT_EQ(grouped.array.windows_per_accumulation, 2);
  EXPECT_EQ(grouped.array.words_per_accumulation, 2);
}

TEST(Planner, JoinsTheChannelsOfAConcatInItsOrder) {
  const Plan plan = plan_of("defaults: {group_channels: 1}\nlayers: {expand3: {coarse_out: 4}}", fire_network());
  EXPECT_THAT(module(plan, "concat").inputs,
              ElementsAre(stream_id(plan, "expand1 -> concat"), stream_id(plan, "concat.rebundle1 -> concat")));
  EXPECT_EQ(std::get<ConcatParameters>(module(plan, "concat").parameters), (ConcatParameters{6 * 10, {8, 12}}));
  EXPECT_THAT(flow(plan, "expand3 -> concat.rebundle1"), ElementsAre(4, 180, 2));
  EXPECT_THAT(flow(plan, "concat -> last"), ElementsAre(1, 1200, 1));
  EXPECT_EQ(join_streams(plan).size(), 2U);
  const Plan wide = plan_of("defaults: {}\nlayers: {concat: {lanes: 4}}", fire_network());
  EXPECT_EQ(std::get<ConcatParameters>(module(wide, "concat").parameters), (ConcatParameters{6 * 10, {2, 3}}));
}

TEST(Planner, PutsAWindowBeforeAPool) {
  const Plan plan = plan_of("defaults: {}\nlayers: {pool: {lanes: 2}}", fire_network());
  // 12 x 20 by 3 x 3 of stride 2, in ceil mode: 6 x 10, with a row and a column more to walk.
  const WindowShape shape{12, 20, 3, 2, 0, 0, 1, 1};
  EXPECT_EQ(std::get<SlidingWindowParameters>(module(plan, "pool.window").parameters),
            (SlidingWindowParameters{shape, 2, 2}));
  EXPECT_EQ(std::get<PoolParameters>(module(plan, "pool").parameters),
            (PoolParameters{shape, 2, 2, PoolKind::kMax, {0, 12, 0, 20}}));
  EXPECT_THAT(flow(plan, "dma_reader -> pool.window"), ElementsAre(2, 480, 1));
  EXPECT_THAT(flow(plan, "pool.window -> pool"), ElementsAre(2, 120, 1));
  EXPECT_EQ(stream(plan, "pool.window -> pool").word_bits, 9 * 2 * 8);
  EXPECT_THAT(flow(plan, "pool -> squeeze.rebundle"), ElementsAre(2, 120, 1));
  EXPECT_EQ(stream(plan, "pool -> squeeze.rebundle").word_bits, 2 * 8);
  // Two rows of 21 pixels and two columns of three, of 4 channels of 8 bits.
  EXPECT_EQ(module(plan, "pool.window").resources.memory_bits, (2 * 21 + 3 * 2) * 4 * 8);
}

TEST(Planner, CountsPaddingInAMeanIfTheLayerDoes) {
  const auto counted = [](bool count_include_pad) {
    const traces::AveragePool pool{{3, 2, {1, 0, 1, 1}, true}, count_include_pad};
    const traces::Network network =
        traces::Network::Builder("n", "in", {6, 6, 1}).add("pool", pool, {"in"}, "out").finish("out");
    return std::get<PoolParameters>(module(plan_of("defaults: {}", network), "pool").parameters);
  };
  EXPECT_EQ(counted(false).counted, (MapRegion{1, 7, 0, 6}));
  EXPECT_EQ(counted(true).counted, (MapRegion{0, 8, 0, 7}));
  // Ceil mode adds a row behind the padding, for the last windows; it counts in neither.
  EXPECT_EQ(counted(true).shape.pad_bottom, 2);
  EXPECT_EQ(counted(true).kind, PoolKind::kAverage);
}

TEST(Planner, MakesAModuleOfPointwiseStepsThatNobodyCarries) {
  const Plan plan = plan_of("defaults: {}\nlayers: {norm: {lanes: 3}}", preactivation_network());
  // The image has no layer before it, and the bare sum is needed elsewhere; "last" is all that reads the second sum.
  EXPECT_THAT(names_of_kind(plan, "Pointwise"), ElementsAre("norm", "act"));
  EXPECT_THAT(flow(plan, "dma_reader -> norm"), ElementsAre(3, 64, 1));
  EXPECT_EQ(std::get<PointwiseParameters>(module(plan, "norm").parameters).words, 64);
  EXPECT_THAT(flow(plan, "y.fork -> act"), ElementsAre(1, 128, 1));
  EXPECT_THAT(flow(plan, "act -> conv2.window"), ElementsAre(1, 128, 1));
  EXPECT_THAT(flow(plan, "add2 -> dma_writer"), ElementsAre(1, 128, 1));
}

TEST(Planner, LetsALayerOverrideTheDefaults) {
  const Plan plan = plan_of(
      "defaults: {unit: dense, macs: 3, depth: 4}\nlayers: {conv1: {unit: skip_weights}}\n"
      "streams: {conv1 -> conv2.window: 11}",
      chain_network());
  EXPECT_EQ(engine(plan, "conv1").unit, UnitKind::kSkipWeights);
  EXPECT_EQ(engine(plan, "conv1").folding.macs, 3);
  EXPECT_EQ(engine(plan, "conv2").unit, UnitKind::kDense);
  EXPECT_EQ(stream(plan, "conv1 -> conv2.window").depth.words, 11);
  EXPECT_EQ(stream(plan, "fc.rebundle -> fc").depth.words, 2);
  EXPECT_EQ(stream(plan, "dma_reader -> conv1.window").depth.words, 4);
}

TEST(Planner, TakesTheWordOfTheFileForAJoin) {
  const Plan plan = plan_of("defaults: {}\nstreams: {x.fork -> add: 3}", residual_network());
  EXPECT_EQ(stream(plan, "x.fork -> add").depth.words, 3);
  EXPECT_GT(stream(plan, "x.fork -> add").minimum_depth, 3);
}

}  // namespace
}  // namespace millrace::sim
