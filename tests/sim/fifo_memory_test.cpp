// What a FIFO takes, and at which depths that changes.
#include "sim/sizing/fifo_memory.hpp"

#include <gtest/gtest.h>

namespace millrace::sim {
namespace {

TEST(FifoMemory, CountsWordsBitsAndBlocks) {
  // 72 bits are two blocks of 512 x 36.
  const FifoMemory memory = FifoMemory::of({600, 72});
  EXPECT_EQ(memory.words, 600);
  EXPECT_EQ(memory.bits, 43200);
  EXPECT_EQ(memory.block_rams, 4);
  EXPECT_EQ(memory.lut_bits, 0);
  // Up to 32 words and up to 1024 bits are in LUTs.
  EXPECT_EQ(FifoMemory::of({32, 72}).block_rams, 0);
  EXPECT_EQ(FifoMemory::of({32, 72}).lut_bits, 2304);
  EXPECT_EQ(FifoMemory::of({33, 72}).block_rams, 2);
  EXPECT_EQ(FifoMemory::of({128, 8}).block_rams, 0);
  EXPECT_EQ(FifoMemory::of({129, 8}).block_rams, 1);
}

TEST(FifoMemory, AddsUp) {
  FifoMemory sum = FifoMemory::of({600, 72});
  sum += FifoMemory::of({4, 8});
  EXPECT_EQ(sum, (FifoMemory{604, 43232, 4, 32}));
  EXPECT_EQ(sum.amount(Objective::kBits), 43232);
  EXPECT_EQ(sum.amount(Objective::kBlockRams), 4);
  EXPECT_EQ(sum.amount(Objective::kWords), 604);
}

TEST(FifoMemory, StepsOfABlockRamAreWholeBlocks) {
  EXPECT_EQ(next_shallower(1025, 18, Objective::kBlockRams), 1024);
  EXPECT_EQ(next_shallower(1024, 18, Objective::kBlockRams), 56) << "1024 bits are in LUTs";
  EXPECT_EQ(next_shallower(56, 18, Objective::kBlockRams), 55);
  EXPECT_EQ(deepest_of_same_price(57, 18, Objective::kBlockRams), 1024);
  EXPECT_EQ(deepest_of_same_price(1025, 18, Objective::kBlockRams), 2048);
  EXPECT_EQ(deepest_of_same_price(55, 18, Objective::kBlockRams), 55);
}

TEST(FifoMemory, EveryWordIsAStepOtherwise) {
  for (const Objective objective : {Objective::kBits, Objective::kWords}) {
    EXPECT_EQ(next_shallower(1025, 18, objective), 1024);
    EXPECT_EQ(next_shallower(1, 18, objective), 0);
    EXPECT_EQ(deepest_of_same_price(57, 18, objective), 57);
  }
}

TEST(FifoMemory, OneBlockIsDearerThanAllLuts) {
  const FifoMemory block = FifoMemory::of({1024, 18});
  FifoMemory luts;
  for (int fifo = 0; fifo < 1000; ++fifo) {
    luts += FifoMemory::of({32, 4096});
  }
  EXPECT_GT(block.price(Objective::kBlockRams), luts.price(Objective::kBlockRams));
}

}  // namespace
}  // namespace millrace::sim
