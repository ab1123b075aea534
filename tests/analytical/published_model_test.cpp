// What no published row shows.
#include "sim/analytical/published_model.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace millrace::test {
namespace {

using namespace sim;
using namespace sim::analytical;

TEST(PublishedModel, HandsOnAtMostAWordALaneAndCycle) {
  // One beat, 16 filters a unit; a group takes 0.1 cycles in the mean.
  const FoldedLayer layer{{{28, 28, 3, 1, 1, 1, 1, 1}, 1, 16, 1}, {1, 1, 1, 1, 9}};
  const ZeroHistogram mostly_empty({0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0.9});
  const StageEstimate stage = PublishedModel{}.sparse(layer, {{mostly_empty}, EmptyGroups::kFree}).stage;
  EXPECT_DOUBLE_EQ(stage.rate_in, 10.0 / 16.0);
  EXPECT_DOUBLE_EQ(stage.rate_out.value(), 1.0);
  EXPECT_EQ(stage.cycles, 28 * 28 * 16);
}

}  // namespace
}  // namespace millrace::test
