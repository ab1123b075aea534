#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/edge_log.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/source_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {
namespace {

using namespace test;

/// Streams into joins that are planned deeper than other streams.
std::vector<StreamId> skip_streams(const Plan& plan, std::int64_t depth) {
  std::vector<StreamId> skips;
  for (const StreamId id : join_streams(plan)) {
    if (plan.stream(id).depth.words > depth) {
      skips.push_back(id);
    }
  }
  return skips;
}

/// Room for every word of a run: never full.
Plan with_bottomless(Plan plan, const std::vector<StreamId>& streams, Images images) {
  for (const StreamId id : streams) {
    plan.streams[id.index].depth = Depth{images.count * plan.stream(id).words};
  }
  return plan;
}

void expect_same_pushes(const Plan& plan, const Plan& deeper, Images images) {
  const LoggedRun planned = run_logged(plan, images);
  const LoggedRun bottomless = run_logged(deeper, images);
  ASSERT_TRUE(planned.finished);
  ASSERT_TRUE(bottomless.finished);
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    EXPECT_TRUE(planned.streams[index].pushes == bottomless.streams[index].pushes)
        << plan.network << " '" << plan.streams[index].name << "'";
  }
}

void expect_ample(const Plan& plan, Images images, std::int64_t depth = 2) {
  const std::vector<StreamId> skips = skip_streams(plan, depth);
  ASSERT_FALSE(skips.empty());
  expect_same_pushes(plan, with_bottomless(plan, skips, images), images);
}

TEST(AmpleDepth, CostsNoTime) {
  constexpr Images kImages{8};
  expect_ample(plan_of("defaults: {}", residual_network()), kImages);
  expect_ample(plan_of("defaults: {}", strided_shortcut_network()), kImages);
  expect_ample(plan_of("defaults: {}", convolved_shortcut_network()), kImages);
  expect_ample(plan_of("defaults: {}", nested_network()), kImages);
  expect_ample(plan_of("defaults: {}", three_readers_network()), kImages);
  expect_ample(plan_of("defaults: {}", forked_input_network()), kImages);
  expect_ample(plan_of("defaults: {}", fire_network()), kImages);
  expect_ample(plan_of("defaults: {}", inception_network()), kImages);
  expect_ample(plan_of("defaults: {}", preactivation_network()), kImages);
}

TEST(AmpleDepth, CostsNoTimeWhereOtherStreamsAreDeep) {
  expect_ample(plan_of("defaults: {depth: 20, queue: 9, pixel_buffers: 5}", residual_network()), Images{8}, 20);
}

TEST(AmpleDepth, CostsNoTimeWhereLanesDiffer) {
  expect_ample(plan_of("defaults: {}\nlayers: {conv2: {coarse_out: 2}, stem: {coarse_out: 4}}", residual_network()),
               Images{8});
}

TEST(AmpleDepth, CostsNoTimeWhereABranchHoldsSeveralImages) {
  expect_ample(plan_of("defaults: {}", tiny_deep_network()), Images{12});
  expect_ample(plan_of("defaults: {depth: 8, queue: 8}", tiny_deep_network()), Images{12}, 8);
}

TEST(AmpleDepth, CostsNoTimeOnResNet20) {
  const traces::Trace trace = traces::Trace::open(source_folder() / "traces" / "resnet20-cifar10.safetensors");
  expect_ample(complete(draft_plan(read_yaml("defaults: {}"), trace.network())), Images{4});
}

/// Shows that the comparison can tell: at their minimum the same streams do cost time.
TEST(AmpleDepth, IsMoreThanTheMinimum) {
  const Plan ample = plan_of("defaults: {}", residual_network());
  const Plan minimum = plan_of("defaults: {skip_depth: minimum}", residual_network());
  const StreamId skip = stream_id(ample, "x.fork -> add");
  EXPECT_EQ(minimum.stream(skip).depth.words, *minimum.stream(skip).minimum_depth);
  EXPECT_GT(ample.stream(skip).depth.words, *ample.stream(skip).minimum_depth);
  const StreamId last = stream_id(ample, "fc -> dma_writer");
  EXPECT_LT(run_logged(ample, Images{8}).streams[last.index].pops.back(),
            run_logged(minimum, Images{8}).streams[last.index].pops.back());
}

TEST(AmpleDepth, CountsADeepStreamOfTheOtherBranchWithTwoOfItsMaps) {
  const Plan plain = plan_of("defaults: {}", residual_network());
  const auto branch = std::find_if(plain.streams.begin(), plain.streams.end(), [](const PlannedStream& stream) {
    return stream.name.starts_with("x.fork -> ") && !stream.minimum_depth;
  });
  ASSERT_NE(branch, plain.streams.end());
  const auto skip_depth = [&](std::int64_t maps) {
    const Plan plan =
        plan_of("defaults: {}\nstreams: {'" + branch->name + "': " + std::to_string(maps * branch->words) + "}",
                residual_network());
    return stream(plan, "x.fork -> add").depth.words;
  };
  EXPECT_GT(skip_depth(2), skip_depth(1));
  EXPECT_EQ(skip_depth(40), skip_depth(2));
}

}  // namespace
}  // namespace millrace::sim
