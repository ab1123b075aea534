#include "traces/capture/quantise.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "traces/capture/value_range.hpp"
#include "traces/network.hpp"

namespace millrace::capture {
namespace {

std::vector<float> rounded(std::vector<float> values, int bits) {
  ValueRange range;
  range.add(values);
  quantise(values, range.code_format(bits), bits);
  return values;
}

TEST(Quantise, RoundsToTheNearestCode) {
  EXPECT_EQ(rounded({-127.0F, 63.4F, 0.4F, -0.4F, 0.6F, 0.0F}, 8), (std::vector<float>{-127, 63, 0, 0, 1, 0}));
  EXPECT_EQ(rounded({255.0F, 63.6F, 0.4F, 0.6F}, 8), (std::vector<float>{255, 64, 0, 1}));
  EXPECT_EQ(rounded({-32767.0F, 0.4F, 1.4F}, 16), (std::vector<float>{-32767, 0, 1}));
  EXPECT_EQ(rounded({65535.0F, 0.4F, 300.4F}, 16), (std::vector<float>{65535, 0, 300}));
  EXPECT_EQ(rounded({0.0F, 0.0F}, 8), (std::vector<float>{0, 0}));
}

TEST(Quantise, EndsAtTheEndOfItsRange) {
  std::vector<float> values = {300.0F, -5.0F};
  quantise(values, {false, 1.0}, 8);
  EXPECT_EQ(values, (std::vector<float>{255, 0}));
}

TEST(Quantise, KeepsTheScaleOfValuesThatOnlyMove) {
  const traces::Network network = traces::Network::Builder("n", "in", {4, 4, 2})
                                      .add("half", traces::Subsample{2}, {"in"}, "a")
                                      .add("pad", traces::ChannelPad{1, 1}, {"a"}, "b")
                                      .add("pool", traces::MaxPool{{2, 2}}, {"b"}, "c")
                                      .add("conv", traces::Convolution{4, 1, 1}, {"c"}, "d")
                                      .add("last", traces::Subsample{1}, {"d"}, "out", {"relu"})
                                      .finish("out");
  std::map<std::size_t, ValueRange> ranges;
  for (std::size_t edge = 0; edge < network.edges().size(); ++edge) {
    ranges[edge].add(std::vector<float>{127.0F / static_cast<float>(edge + 1), -1.0F});
  }
  keep_scales(network, ranges);
  for (const std::size_t edge : {0U, 1U, 2U, 3U}) {
    EXPECT_EQ(ranges.at(edge).code_format(8), (traces::CodeFormat{true, 1.0})) << edge;
  }
  EXPECT_NE(ranges.at(4).code_format(8), (traces::CodeFormat{true, 1.0}));
  // Its values change on the way.
  EXPECT_NE(ranges.at(5).code_format(8), ranges.at(4).code_format(8));
}

}  // namespace
}  // namespace millrace::capture
