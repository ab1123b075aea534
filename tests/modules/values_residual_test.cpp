// Fork, convolution, Subsample, ChannelPad and Add together.
#include <gtest/gtest.h>

#include "tests/modules/support/residual_block.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

TEST(ResidualValues, BlockGivesTheSumOfConvolutionAndShortcut) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const Pace pace : {Pace::kRunAhead, Pace::kTakeTurns}) {
      const ResidualBlock block(seed);
      MemoryArray memory({.bytes_per_cycle = 2, .latency = Cycles{9}});
      store_maps(memory, ResidualBlock::kInput, block.inputs());
      const Outcome outcome = WorklistGraph(block.graph(), &memory).run(pace, seed);
      ASSERT_TRUE(outcome.completed);
      EXPECT_EQ(block.outputs(memory), block.expected());
    }
  }
}

}  // namespace
}  // namespace millrace
