#include <gtest/gtest.h>

#include "sim/resources/block_ram.hpp"
#include "sim/resources/device.hpp"
#include "sim/resources/dsp.hpp"

namespace millrace::test {
namespace {

using namespace sim;

TEST(Dsps, NarrowProductsShareABlock) {
  EXPECT_EQ(dsps(9, {16, 16}), 9);
  EXPECT_EQ(dsps(9, {8, 8}), 5);
  EXPECT_EQ(dsps(9, {8, 9}), 9);
  EXPECT_EQ(dsps(9, {4, 4}), 3);
  EXPECT_EQ(dsps(9, {4, 8}), 5);
}

TEST(Dsps, WideFactorsTakeSeveralBlocks) {
  EXPECT_EQ(dsps(3, {18, 27}), 3);
  EXPECT_EQ(dsps(3, {19, 27}), 6);
  EXPECT_EQ(dsps(3, {18, 28}), 6);
  EXPECT_EQ(dsps(3, {19, 28}), 12);
}

TEST(BlockRams, StepThroughTheShapes) {
  EXPECT_EQ(block_rams({16384, 1}), 1);
  EXPECT_EQ(block_rams({16385, 1}), 2);
  EXPECT_EQ(block_rams({8193, 2}), 2);
  EXPECT_EQ(block_rams({4096, 3}), 1);
  EXPECT_EQ(block_rams({4097, 4}), 2);
  EXPECT_EQ(block_rams({2048, 9}), 1);
  EXPECT_EQ(block_rams({2049, 5}), 2);
  EXPECT_EQ(block_rams({1025, 16}), 2);
  EXPECT_EQ(block_rams({512, 36}), 1);
  EXPECT_EQ(block_rams({513, 19}), 2);
  EXPECT_EQ(block_rams({512, 37}), 2);
  EXPECT_EQ(block_rams({1024, 73}), 6);
}

TEST(BlockRams, SmallArraysAreElsewhere) {
  EXPECT_EQ(memory_block_rams({64, 16}), 1);
  EXPECT_EQ(memory_block_rams({63, 16}), 0);
  EXPECT_EQ(fifo_block_rams({64, 16}), 0);
  EXPECT_EQ(fifo_block_rams({65, 16}), 1);
  EXPECT_EQ(fifo_block_rams({32, 144}), 0);
  EXPECT_EQ(fifo_block_rams({33, 144}), 4);
}

TEST(Devices, AreFoundByName) {
  ASSERT_TRUE(find_device("ZCU104").has_value());
  EXPECT_EQ(find_device("ZCU104")->dsps, 1728);
  EXPECT_EQ(find_device("U250")->bram18, 5376);
  EXPECT_FALSE(find_device("U200")->bram18.has_value());
  EXPECT_EQ(find_device("zcu104")->dsps, 1728);
  EXPECT_FALSE(find_device("zcu").has_value());
  EXPECT_EQ(devices().size(), 8U);
}

}  // namespace
}  // namespace millrace::test
