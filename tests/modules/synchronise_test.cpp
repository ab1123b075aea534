// Processes that run ahead of simulated time do the same things at the same edges as processes that wait for it.
#include <gtest/gtest.h>

#include "tests/modules/support/random_graph.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

Outcome run(const RandomGraph& random, Pace pace, std::optional<std::uint64_t> order) {
  MemoryArray memory(random.memory);
  return WorklistGraph(random.graph, &memory).run(pace, order);
}

TEST(Synchronise, RunAheadAndTakeTurnsGiveTheSameEdgesAndAccounts) {
  int completed = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph random = random_graph(seed);
    const Outcome expected = run(random, Pace::kRunAhead, {});
    expect_equal(run(random, Pace::kTakeTurns, {}), expected);
    completed += expected.completed ? 1 : 0;
    if (testing::Test::HasFailure()) {
      break;
    }
  }
  // Graphs that finish and graphs that deadlock: both must be there to be compared.
  EXPECT_GT(completed, 800);
  EXPECT_LT(completed, 1000);
}

TEST(Synchronise, OrderInWhichProcessesAreServedIsOfNoConsequence) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph random = random_graph(seed);
    const Outcome expected = run(random, Pace::kRunAhead, {});
    for (const std::uint64_t order : {1U, 2U, 3U}) {
      expect_equal(run(random, Pace::kRunAhead, order), expected);
      expect_equal(run(random, Pace::kTakeTurns, order), expected);
    }
    if (testing::Test::HasFailure()) {
      break;
    }
  }
}

}  // namespace
}  // namespace millrace
