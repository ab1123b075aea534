#include <gtest/gtest.h>

#include "sim/structure/token_run.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/source_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {
namespace {

using namespace test;

/// All depths as planned but for one join at a time: enough with its minimum, stuck with one less.
void expect_tight_minimum(const Plan& plan, Images images) {
  for (const StreamId id : join_streams(plan)) {
    const PlannedStream& stream = plan.stream(id);
    const std::int64_t minimum = *stream.minimum_depth;
    EXPECT_TRUE(TokenRun(with_depth(plan, id, minimum), images).run())
        << plan.network << " '" << stream.name << "' at its minimum, " << minimum;
    if (minimum > 1) {
      EXPECT_FALSE(TokenRun(with_depth(plan, id, minimum - 1), images).run())
          << plan.network << " '" << stream.name << "' one below its minimum, " << minimum;
    }
  }
}

Plan at_minimum(Plan plan) {
  for (const StreamId id : join_streams(plan)) {
    plan.streams[id.index].depth = Depth{*plan.stream(id).minimum_depth};
  }
  return plan;
}

void expect_tight_minimum(const std::string& yaml, const traces::Network& network) {
  const Plan ample = plan_of(yaml, network);
  ASSERT_FALSE(join_streams(ample).empty());
  expect_tight_minimum(ample, Images{3});
  expect_tight_minimum(at_minimum(ample), Images{3});
}

TEST(JoinMinimum, IsTightForAShortcutThatIsTheEdgeItself) {
  expect_tight_minimum("defaults: {}", residual_network());
  expect_tight_minimum("defaults: {depth: 5, queue: 3, pixel_buffers: 4}", residual_network());
  expect_tight_minimum("defaults: {depth: 1, queue: 1, pixel_buffers: 1}", residual_network());
}

TEST(JoinMinimum, IsTightBehindSubsampleAndChannelPad) {
  expect_tight_minimum("defaults: {}", strided_shortcut_network());
  expect_tight_minimum("defaults: {depth: 1}", strided_shortcut_network());
  expect_tight_minimum("defaults: {depth: 4}", strided_shortcut_network());
}

TEST(JoinMinimum, IsTightBehindAConvolution) {
  expect_tight_minimum("defaults: {}", convolved_shortcut_network());
  expect_tight_minimum("defaults: {coarse_out: 2}\nlayers: {short: {macs: 4}}", convolved_shortcut_network());
}

TEST(JoinMinimum, IsTightWhereLanesDiffer) {
  expect_tight_minimum("defaults: {}\nlayers: {conv2: {coarse_out: 2}, stem: {coarse_out: 4}}", residual_network());
  expect_tight_minimum("defaults: {}\nlayers: {add: {lanes: 4}}", strided_shortcut_network());
}

TEST(JoinMinimum, IsTightWithJoinsInsideBranches) {
  expect_tight_minimum("defaults: {}", nested_network());
  expect_tight_minimum("defaults: {}", three_readers_network());
}

TEST(JoinMinimum, IsTightForAConcat) {
  expect_tight_minimum("defaults: {}", fire_network());
  expect_tight_minimum("defaults: {depth: 1, queue: 1, pixel_buffers: 1}", fire_network());
  expect_tight_minimum("defaults: {depth: 5, queue: 3}\nlayers: {concat: {lanes: 4}}", fire_network());
  expect_tight_minimum("defaults: {}\nlayers: {expand1: {coarse_out: 8}, expand3: {coarse_out: 4}}", fire_network());
}

TEST(JoinMinimum, IsTightForAConcatOfThreeInsideAResidualBlock) {
  expect_tight_minimum("defaults: {}", inception_network());
  expect_tight_minimum("defaults: {depth: 3, pixel_buffers: 1}\nlayers: {stem: {coarse_out: 4}}", inception_network());
}

TEST(JoinMinimum, IsTightBehindAPointwiseStep) {
  expect_tight_minimum("defaults: {}", preactivation_network());
}

TEST(JoinMinimum, OfTheFirstInputOfAConcatIsWhatTheSecondHoldsBack) {
  // The 3 x 3 convolution gives its first pixel when a row of 10 and two more are there. Until then the 1 x 1 one has
  // given 8 words of each, but for the pixels that its own streams and engine hold, and the first is through.
  const Plan plan = plan_of("defaults: {}", fire_network());
  EXPECT_EQ(stream(plan, "expand3 -> concat").minimum_depth, 1);
  const std::int64_t minimum = *stream(plan, "expand1 -> concat").minimum_depth;
  EXPECT_GT(minimum, 8 * 4);
  EXPECT_LE(minimum, 8 * 11);
}

TEST(JoinMinimum, IsTightAtTheNetworksInput) {
  expect_tight_minimum("defaults: {}", forked_input_network());
}

TEST(JoinMinimum, IsOneWhereNothingIsWaitedFor) {
  const Plan plan = plan_of("defaults: {}", doubled_network());
  for (const StreamId id : join_streams(plan)) {
    EXPECT_EQ(plan.stream(id).minimum_depth, 1);
  }
  expect_tight_minimum("defaults: {}", doubled_network());
}

TEST(JoinMinimum, IsTightOnMapsOfAFewPixels) {
  expect_tight_minimum("defaults: {}", tiny_deep_network());
}

TEST(JoinMinimum, IsTightOnEveryShippedAcceleratorOfResNet20) {
  const traces::Trace trace = traces::Trace::open(source_folder() / "traces" / "resnet20-cifar10.safetensors");
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "workloads" / "resnet20-cifar10")) {
    if (entry.path().extension() == ".yaml") {
      SCOPED_TRACE(entry.path().filename());
      expect_tight_minimum(complete(draft_plan(Accelerator::read(entry.path()), trace.network())), Images{1});
    }
  }
}

}  // namespace
}  // namespace millrace::sim
