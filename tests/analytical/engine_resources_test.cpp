#include "sim/analytical/engine_resources.hpp"

#include <gtest/gtest.h>

namespace millrace::test {
namespace {

using namespace sim;
using namespace sim::analytical;

/// 64 beats of 4 lanes; 16 filters on 4 x 2 units of 3 MACs.
const FoldedLayer kLayer{{{30, 30, 3, 1, 1, 1, 1, 1}, 256, 16, 1}, {4, 2, 1, 1, 3}};

TEST(EngineResources, EveryMacIsAMultiplier) {
  EXPECT_EQ(engine_dsps(kLayer, {16, 16}), 24);
  EXPECT_EQ(engine_dsps(kLayer, {8, 8}), 12);
}

TEST(EngineResources, UnitsThatSkipHaveMemoriesOfTheirOwn) {
  // Weights: 1536 words for each of 24 MACs. Lines: 64 * 32 words of 2 values; windows: 3 times 64 of them; 4 lanes.
  EXPECT_EQ(engine_block_rams(kLayer, {16, 16}, MemoryLayout::kPerLane), 24 * 2 + 4 * (4 + 3 * 1));
  EXPECT_EQ(engine_block_rams(kLayer, {16, 8}, MemoryLayout::kPerLane), 24 * 1 + 4 * (4 + 3 * 1));
}

TEST(EngineResources, DenseUnitsPackTheirs) {
  // Weights: 1536 words of 384 bits, 11 shapes of 36 across; lines and windows: 128 bits, 4 across.
  EXPECT_EQ(engine_block_rams(kLayer, {16, 16}, MemoryLayout::kPacked), 11 * 3 + 4 * 4 + 3 * 4);
}

TEST(EngineResources, APointwiseLayerHasNoWindows) {
  FoldedLayer layer = kLayer;
  layer.window = {30, 30, 1, 1, 0, 0, 0, 0};
  layer.folding = {1, 2, 1, 4, 3};
  EXPECT_EQ(engine_block_rams(layer, {16, 16}, MemoryLayout::kPerLane), 6 * 1);
}

}  // namespace
}  // namespace millrace::test
