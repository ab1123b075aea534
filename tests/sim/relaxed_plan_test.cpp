// What is taken away from a plan, and what stays.
#include "sim/validation/relaxed_plan.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"

namespace millrace::sim {
namespace {

using namespace test;

std::set<std::string> names(const Plan& plan, const std::vector<StreamId>& ids) {
  std::set<std::string> names;
  for (const StreamId id : ids) {
    names.insert(plan.stream(id).name);
  }
  return names;
}

ModuleId module_id(const Plan& plan, const std::string& name) {
  return {static_cast<std::size_t>(&module(plan, name) - plan.modules.data())};
}

TEST(RelaxedPlan, BranchesAreBehindForksAndBeforeJoins) {
  const Plan plan = plan_of("defaults: {}\n", residual_network());
  EXPECT_EQ(names(plan, branch_streams(plan)),
            (std::set<std::string>{"x.fork -> conv1.window", "x.fork -> add", "conv2 -> add"}));
}

TEST(RelaxedPlan, EndlessStreamsHoldTwoImages) {
  const Plan plan = plan_of("defaults: {}\n", residual_network());
  const StreamId skip = stream_id(plan, "x.fork -> add");
  const Plan relaxed = with_endless_streams(plan, {skip});
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    const std::int64_t depth = relaxed.streams[index].depth.words;
    EXPECT_EQ(depth, index == skip.index ? 2 * plan.streams[index].words : plan.streams[index].depth.words);
  }
}

TEST(RelaxedPlan, AnEngineAloneKeepsItsWindowAndItsQueue) {
  const Plan plan = plan_of("defaults: {queue: 5, pixel_buffers: 3, lock_step: true}\n", chain_network());
  const Plan alone = isolated_engine(plan, module_id(plan, "conv2"));
  ASSERT_EQ(alone.modules.size(), 4U);
  EXPECT_EQ(module_kind(alone.modules[0].parameters), std::string("DmaReader"));
  EXPECT_EQ(alone.modules[1].name, "conv2.window");
  EXPECT_EQ(alone.modules[2].name, "conv2");
  EXPECT_EQ(module_kind(alone.modules[3].parameters), std::string("DmaWriter"));
  EXPECT_EQ(alone.stream(alone.modules[2].inputs.front()).depth, Depth{5});
  const auto& engine = std::get<DotEngine>(alone.modules[2].parameters);
  EXPECT_EQ(engine.array, std::get<DotEngine>(module(plan, "conv2").parameters).array);
}

TEST(RelaxedPlan, AnEngineWithoutWindowStandsAlone) {
  const Plan plan = plan_of("defaults: {}\n", chain_network());
  const Plan alone = isolated_engine(plan, module_id(plan, "fc"));
  ASSERT_EQ(alone.modules.size(), 3U);
  EXPECT_EQ(alone.modules[1].name, "fc");
}

}  // namespace
}  // namespace millrace::sim
