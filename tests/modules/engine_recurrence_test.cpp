// One engine against the recurrence of the contracts, every edge of every stream.
#include <gtest/gtest.h>

#include "tests/modules/support/random_engine.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

class EngineRecurrence : public testing::TestWithParam<Pace> {};

TEST_P(EngineRecurrence, HoldsAtEveryEdgeOfRandomEngines) {
  oracle::Random random(3);
  for (int trial = 0; trial < 500; ++trial) {
    const EngineCase engine = random_engine(random);
    const EngineEdges expected = recurrence(engine);
    const Outcome outcome = WorklistGraph(graph_of(engine)).run(GetParam(), trial);
    ASSERT_TRUE(outcome.completed);
    const std::vector<StreamEdges> with_walker{expected.input, expected.queue, expected.output};
    const std::vector<StreamEdges> without{expected.queue, expected.output};
    ASSERT_EQ(outcome.streams, engine.walker ? with_walker : without) << "trial " << trial;
  }
}

INSTANTIATE_TEST_SUITE_P(Paces, EngineRecurrence, testing::Values(Pace::kRunAhead, Pace::kTakeTurns),
                         [](const auto& info) { return info.param == Pace::kRunAhead ? "RunAhead" : "TakeTurns"; });

}  // namespace
}  // namespace millrace
