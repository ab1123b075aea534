#include "sim/analytical/pipeline_graph.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "sim/analytical/layer_model.hpp"

namespace millrace::test {
namespace {

using namespace sim::analytical;

Stage stage(const char* name, std::int64_t cycles, std::int64_t words_in, std::int64_t words_out, std::int64_t fill,
            double rate_in = 1.0) {
  return {name, {cycles, rate_in, 1.0, words_in, words_out, fill}};
}

/// split -> a -> b -> join, and split -> join.
PipelineGraph residual() {
  return {{stage("split", 100, 100, 100, 1), stage("a", 400, 100, 50, 30, 0.5), stage("b", 300, 50, 100, 20),
           stage("join", 100, 100, 100, 2)},
          {{0, 1}, {1, 2}, {0, 3}, {2, 3}}};
}

TEST(PipelineGraph, SlowestStageSetsTheInterval) {
  EXPECT_EQ(interval(residual()), 400);
}

TEST(PipelineGraph, FillsAlongTheLongestPath) {
  // split 1 + 4 * 1, a 30/0.5 + 4 * 2, b 20 + 8 * 1, join 2 + 4 * 1.
  EXPECT_DOUBLE_EQ(pipeline_fill(residual()), 5.0 + 68.0 + 28.0 + 6.0);
}

TEST(PipelineGraph, BatchAddsTheFillOnce) {
  EXPECT_EQ(batch_cycles(residual(), {}), 507);
  EXPECT_EQ(batch_cycles(residual(), {10, 1.0, 1, 0}), 4107);
  EXPECT_EQ(batch_cycles(residual(), {10, 1.0, 3, 1000}), 3 * 4107 + 2000);
  EXPECT_EQ(batch_cycles(residual(), {10, 1.251, 1, 0}), 10 * 501 + 107);
}

TEST(PipelineGraph, PartitionsFollowEachOther) {
  EXPECT_DOUBLE_EQ(batch_seconds({1'000'000, 3'000'000}, 200.0, 0.08), 0.02 + 0.16);
}

TEST(BranchFifos, EvenOutTheBranches) {
  // Held: split 1 + 1, a 30 + 8, b 20 + 6, join 2 + 1; past a and b the join's own words stand for the split's.
  const std::vector<BranchFifo> fifos = branch_fifos(residual());
  ASSERT_EQ(fifos.size(), 2U);
  EXPECT_EQ(fifos[0].link, (Link{0, 3}));
  EXPECT_EQ(fifos[0].words, 38 + 26 + 64);
  EXPECT_EQ(fifos[1].link, (Link{2, 3}));
  EXPECT_EQ(fifos[1].words, 64);
}

TEST(BranchFifos, StartAtTheLastCommonSplit) {
  const PipelineGraph twice{{stage("split", 10, 10, 10, 5), stage("first", 10, 10, 10, 1000),
                             stage("add", 10, 10, 10, 0), stage("second", 10, 10, 10, 7), stage("add2", 10, 10, 10, 0)},
                            {{0, 1}, {0, 2}, {1, 2}, {2, 3}, {2, 4}, {3, 4}}};
  const std::vector<BranchFifo> fifos = branch_fifos(twice);
  ASSERT_EQ(fifos.size(), 4U);
  EXPECT_EQ(fifos[0].words, 1001 + 64);
  EXPECT_EQ(fifos[1].words, 64);
  EXPECT_EQ(fifos[2].words, 8 + 64);
  EXPECT_EQ(fifos[3].words, 64);
}

TEST(BranchFifos, TakeTheDeepestWayThroughANestedBranch) {
  const PipelineGraph nested{{stage("split", 10, 10, 10, 0), stage("inner", 10, 10, 10, 0),
                              stage("long", 10, 10, 10, 50), stage("add", 10, 10, 10, 0), stage("add2", 10, 10, 10, 0)},
                             {{0, 1}, {1, 2}, {1, 3}, {2, 3}, {3, 4}, {0, 4}}};
  const std::vector<BranchFifo> fifos = branch_fifos(nested);
  ASSERT_EQ(fifos.size(), 4U);
  EXPECT_EQ(fifos[3].link, (Link{0, 4}));
  EXPECT_EQ(fifos[3].words, 1 + 51 + 1 + 64);
}

TEST(BranchFifos, ConcatNeedsRoomForAPixelOfEachInput) {
  Stage concat = stage("concat", 20, 20, 20, 0, 0.4);
  concat.concat_channels = {3, 4};
  const PipelineGraph graph{{stage("split", 10, 10, 10, 0), stage("a", 10, 10, 10, 9), concat},
                            {{0, 1}, {0, 2}, {1, 2}}};
  const std::vector<BranchFifo> fifos = branch_fifos(graph);
  ASSERT_EQ(fifos.size(), 2U);
  EXPECT_EQ(fifos[0].words, 10 + 64 + 17);
  EXPECT_EQ(fifos[1].words, 64 + 17);
}

TEST(BranchFifos, RefuseInputsWithoutACommonSplit) {
  const PipelineGraph graph{{stage("a", 10, 10, 10, 0), stage("b", 10, 10, 10, 0), stage("add", 10, 10, 10, 0)},
                            {{0, 2}, {1, 2}}};
  EXPECT_THROW(branch_fifos(graph), std::invalid_argument);
}

TEST(PipelineGraph, RefusesWhatIsNoPipeline) {
  EXPECT_THROW(PipelineGraph({}, {}), std::invalid_argument);
  EXPECT_THROW(PipelineGraph({stage("a", 1, 1, 1, 0)}, {{0, 0}}), std::invalid_argument);
  EXPECT_THROW(PipelineGraph({stage("a", 1, 1, 1, 0)}, {{0, 1}}), std::invalid_argument);
  EXPECT_THROW(PipelineGraph({stage("a", 1, 0, 1, 0)}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace millrace::test
