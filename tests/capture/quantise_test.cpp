#include "traces/capture/quantise.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "traces/capture/value_range.hpp"

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

}  // namespace
}  // namespace millrace::capture
