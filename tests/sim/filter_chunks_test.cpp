#include "sim/work/filter_chunks.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace millrace::sim {
namespace {

constexpr std::size_t kPairs = 8;

Chunks chunks_of(const std::vector<std::uint8_t>& weights, std::size_t filters, std::size_t least) {
  return filter_chunks<std::uint8_t>(weights, filters, 1, kPairs, least);
}

TEST(FilterChunks, AreWholeUnitsWhereEvenDenseOnesFit) {
  const Chunks chunks = chunks_of(std::vector<std::uint8_t>(10, 0), 10, 1);
  EXPECT_EQ(chunks.filters, 10);
  EXPECT_EQ(chunks.until_full, 3);  // 255 / 80
}

TEST(FilterChunks, AreAsLargeAsTheWeightsAllow) {
  // 85 x 3 = 255 pairs fit into a byte, and not one more.
  std::vector<std::uint8_t> weights(2 * 85, 0b111);
  EXPECT_EQ(chunks_of(weights, 85, 0).filters, 85);
  EXPECT_EQ(chunks_of(weights, 85, 0).until_full, 1);
  // In either unit.
  weights.back() = 0b1111;
  EXPECT_EQ(chunks_of(weights, 85, 0).filters, 43);
  EXPECT_EQ(chunks_of(weights, 85, 0).until_full, 1);  // 43 x 3 = 129
}

TEST(FilterChunks, CountTheCyclesOfGroupsWithoutWeights) {
  const std::vector<std::uint8_t> weights(256, 0);
  EXPECT_EQ(chunks_of(weights, 256, 0).filters, 256);
  EXPECT_EQ(chunks_of(weights, 256, 1).filters, 128);
  EXPECT_EQ(chunks_of(weights, 256, 1).until_full, 1);
}

TEST(FilterChunks, AreOfEqualSizeButForTheLast) {
  const std::vector<std::uint8_t> weights(100, 0xFF);
  EXPECT_EQ(chunks_of(weights, 100, 0).filters, 25);  // 25 x 8 = 200; 34 x 8 = 272
}

TEST(FilterChunks, TakeTheWordsOfAGroupTogether) {
  const std::vector<std::uint64_t> weights(6, ~std::uint64_t{0});
  const Chunks chunks = filter_chunks<std::uint64_t>(weights, 3, 2, 128, 1);
  EXPECT_EQ(chunks.filters, 3);
  EXPECT_EQ(chunks.until_full, ~std::uint64_t{0} / 384);
}

}  // namespace
}  // namespace millrace::sim
