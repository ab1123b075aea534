// A residual block between two DMA engines and the TLM-2.0 memory: the values of the layer, the edges of the worklist,
// and the kernel's time at the last edge.
#include <gtest/gtest.h>

#include "tests/modules/support/kernel_graph.hpp"
#include "tests/modules/support/residual_block.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

constexpr MemoryParameters kMemory{.bytes_per_cycle = 2, .latency = Cycles{9}};

TEST(KernelValues, ResidualBlockAsOnTheWorklist) {
  const ResidualBlock block(1);
  MemoryArray array(kMemory);
  store_maps(array, ResidualBlock::kInput, block.inputs());
  const Outcome expected = WorklistGraph(block.graph(), &array).run(Pace::kRunAhead);
  ASSERT_TRUE(expected.completed);

  const KernelClock clock(sc_core::sc_time(5, sc_core::SC_NS));
  Memory memory("memory", kMemory, clock);
  store_maps(memory.array(), ResidualBlock::kInput, block.inputs());
  KernelGraph<Values> graph(block.graph(), clock, Pace::kRunAhead);
  graph.bind_memory(memory.socket);
  expect_equal(graph.run(), expected);
  EXPECT_EQ(block.outputs(memory.array()), block.expected());
  EXPECT_EQ(sc_core::sc_time_stamp(), clock.time_of(Cycle{expected.end}));
}

}  // namespace
}  // namespace millrace
