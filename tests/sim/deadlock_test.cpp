#include "sim/structure/deadlock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/accounts/outcome.hpp"
#include "sim/structure/remedy.hpp"
#include "sim/structure/token_run.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_work.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::HasSubstr;

/// Runs until stuck. Fails the test if it finishes.
Deadlock run_into_deadlock(const Plan& plan, Images images) {
  RandomWorks works;
  ImageLog log;
  WorklistPipeline pipeline(plan,
                            {images, [&](const DotEngine& engine) -> WorkSource& { return works.of(engine); }, &log});
  EXPECT_FALSE(pipeline.run(Pace::kRunAhead));
  Deadlock deadlock = diagnose(pipeline.processes());
  find_remedy(deadlock, plan);
  return deadlock;
}

bool completes(const Plan& plan) {
  return TokenRun(plan, Images{3}).run();
}

/// The same plan, with the depth that the remedy names (and `change` more).
Plan with_remedy(const Plan& plan, const Remedy& remedy, std::int64_t change) {
  return with_depth(plan, stream_id(plan, remedy.stream), remedy.sufficient + change);
}

TEST(DeadlockReport, NamesTheLoopAroundASkipStreamThatIsTooShort) {
  const Plan plan = plan_of("defaults: {}\nstreams: {x.fork -> add: 2}", residual_network());
  const Deadlock deadlock = run_into_deadlock(plan, Images{2});

  ASSERT_GE(deadlock.loop.size(), 3U);
  // Each waits for the next: the fork for room, and the join for the words that the fork holds back.
  std::vector<std::string> names;
  for (const Waiting& waiting : deadlock.loop) {
    names.push_back(waiting.process);
    if (waiting.stream == "x.fork -> add") {
      EXPECT_TRUE(waiting.for_room);
      EXPECT_EQ(waiting.process, "x.fork");
      EXPECT_EQ(waiting.occupancy, 2);
      EXPECT_EQ(waiting.capacity, 2);
    } else if (!waiting.for_room) {
      EXPECT_EQ(waiting.occupancy, 0);
    }
  }
  EXPECT_THAT(names, testing::IsSupersetOf({"x.fork", "add"}));
  EXPECT_GE(deadlock.waiting.size(), deadlock.loop.size());
  EXPECT_GT(deadlock.cycle, Cycle{0});
}

TEST(DeadlockReport, NamesTheSmallestDepthThatFreesIt) {
  for (const std::int64_t depth : {1, 2, 7}) {
    const Plan plan =
        plan_of("defaults: {}\nstreams: {x.fork -> add: " + std::to_string(depth) + "}", residual_network());
    const Deadlock deadlock = run_into_deadlock(plan, Images{2});
    ASSERT_TRUE(deadlock.remedy);
    EXPECT_EQ(deadlock.remedy->stream, "x.fork -> add");
    EXPECT_EQ(deadlock.remedy->depth, depth);
    EXPECT_EQ(deadlock.remedy->sufficient, stream(plan, "x.fork -> add").minimum_depth);
    EXPECT_TRUE(completes(with_remedy(plan, *deadlock.remedy, 0)));
    EXPECT_FALSE(completes(with_remedy(plan, *deadlock.remedy, -1)));
  }
}

TEST(DeadlockReport, FindsARemedyInEveryShapeOfSkip) {
  struct Case {
    traces::Network network;
    std::string stream;
  };
  const std::vector<Case> cases = {
      {strided_shortcut_network(), "pad -> add"},    {convolved_shortcut_network(), "short -> add"},
      {nested_network(), "x.fork -> outer"},         {nested_network(), "a.fork -> inner"},
      {three_readers_network(), "x.fork -> second"}, {forked_input_network(), "in.fork -> add"},
      {fire_network(), "expand1 -> concat"},         {inception_network(), "x.fork -> concat"},
      {preactivation_network(), "y.fork -> add2"}};
  for (const auto& [network, name] : cases) {
    SCOPED_TRACE(network.name() + " " + name);
    const Plan plan = plan_of("defaults: {}\nstreams: {" + name + ": 1}", network);
    const Deadlock deadlock = run_into_deadlock(plan, Images{2});
    ASSERT_FALSE(deadlock.loop.empty());
    ASSERT_TRUE(deadlock.remedy);
    EXPECT_TRUE(completes(with_remedy(plan, *deadlock.remedy, 0)));
    EXPECT_FALSE(completes(with_remedy(plan, *deadlock.remedy, -1)));
    EXPECT_TRUE(deadlock.too_short.empty());
  }
}

TEST(DeadlockReport, ListsOtherStreamsBelowTheirMinimum) {
  const Plan plan = plan_of("defaults: {}\nstreams: {x.fork -> outer: 1, a.fork -> inner: 2}", nested_network());
  const Deadlock deadlock = run_into_deadlock(plan, Images{1});
  ASSERT_TRUE(deadlock.remedy);
  ASSERT_EQ(deadlock.too_short.size(), 1U);
  const Remedy& next = deadlock.too_short.front();
  EXPECT_NE(next.stream, deadlock.remedy->stream);
  EXPECT_EQ(next.sufficient, stream(plan, next.stream).minimum_depth);
  EXPECT_EQ(next.depth, stream(plan, next.stream).depth.words);
  // Both together are enough.
  Plan freed = with_depth(plan, stream_id(plan, next.stream), next.sufficient);
  EXPECT_FALSE(completes(freed));
  freed = with_depth(freed, stream_id(plan, deadlock.remedy->stream), deadlock.remedy->sufficient);
  EXPECT_TRUE(completes(freed));
}

TEST(DeadlockReport, NamesTheInputThatAConcatWaitsFor) {
  const Plan plan = plan_of("defaults: {}\nstreams: {expand1 -> concat: 20}", fire_network());
  const Deadlock deadlock = run_into_deadlock(plan, Images{2});
  // The first pixel's 8 words of expand1 are through; it is the turn of expand3.
  EXPECT_THAT(describe(deadlock), HasSubstr("concat waits for a word from 'expand3 -> concat' (0 of "));
  EXPECT_THAT(describe(deadlock), HasSubstr("waits for room in 'expand1 -> concat' ("));
  // A pixel is one word before expand1, and eight words behind it.
  ASSERT_TRUE(deadlock.remedy);
  EXPECT_NE(deadlock.remedy->stream, "expand1 -> concat");
  EXPECT_TRUE(completes(with_remedy(plan, *deadlock.remedy, 0)));
  EXPECT_FALSE(completes(with_remedy(plan, *deadlock.remedy, -1)));
}

/// Every stream between fork and join is full, and only one of them is at fault once the other block is freed.
TEST(DeadlockReport, DoesNotBlameAStreamThatIsLongEnough) {
  const Plan plan =
      plan_of("defaults: {}\nstreams: {pad1 -> add1: 1, pad2 -> add2: 1}", two_strided_shortcuts_network());
  const Deadlock deadlock = run_into_deadlock(plan, Images{1});
  ASSERT_TRUE(deadlock.remedy);
  ASSERT_EQ(deadlock.too_short.size(), 1U);
  const Remedy& next = deadlock.too_short.front();
  const Plan freed = with_depth(plan, stream_id(plan, next.stream), next.sufficient);
  EXPECT_TRUE(completes(with_remedy(freed, *deadlock.remedy, 0)));
  EXPECT_FALSE(completes(with_remedy(freed, *deadlock.remedy, -1)));
}

/// A word before the ChannelPad stands for sixteen behind it.
TEST(DeadlockReport, ChoosesTheLeastChange) {
  const Plan plan = plan_of("defaults: {}\nstreams: {pad -> add: 1}", widened_shortcut_network());
  const Deadlock deadlock = run_into_deadlock(plan, Images{1});
  ASSERT_TRUE(deadlock.remedy);
  EXPECT_EQ(deadlock.remedy->stream, "in.fork -> pad");
  EXPECT_LT(deadlock.remedy->sufficient, *stream(plan, "pad -> add").minimum_depth);
  EXPECT_TRUE(deadlock.too_short.empty());
  EXPECT_TRUE(completes(with_remedy(plan, *deadlock.remedy, 0)));
  EXPECT_FALSE(completes(with_remedy(plan, *deadlock.remedy, -1)));
}

TEST(DeadlockReport, SaysAllOfItInWords) {
  const Plan plan = plan_of("defaults: {}\nstreams: {x.fork -> add: 2}", residual_network());
  const Deadlock deadlock = run_into_deadlock(plan, Images{2});
  const std::string text = describe(deadlock);
  EXPECT_THAT(text, HasSubstr("deadlock: nothing can move after cycle " + std::to_string(deadlock.cycle->edge())));
  EXPECT_THAT(text, HasSubstr("x.fork waits for room in 'x.fork -> add' (2 of 2 words) since cycle"));
  EXPECT_THAT(text, HasSubstr("add waits for a word from 'conv2 -> add' (0 of 3 words) since cycle"));
  EXPECT_THAT(text, HasSubstr("depth " + std::to_string(deadlock.remedy->sufficient) + " for 'x.fork -> add', now 2"));
}

}  // namespace
}  // namespace millrace::sim
