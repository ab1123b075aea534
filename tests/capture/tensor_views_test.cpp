#include "traces/capture/tensor_views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/capture/model_builder.hpp"
#include "tests/traces/error_message.hpp"
#include "traces/capture/capture_error.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;

/// start, step and count of a Slice of one axis of 10 values.
Ints sliced(std::int64_t start, std::int64_t end, std::int64_t step) {
  onnx::NodeProto node;
  const IntTensor starts{{1}, {start}};
  const IntTensor ends{{1}, {end}};
  const IntTensor axes{{1}, {0}};
  const IntTensor steps{{1}, {step}};
  const SliceRange range = slice_ranges(node, {10}, {&starts, &ends, &axes, &steps}).at(0);
  return {range.start, range.step, range.count};
}

TEST(SliceRanges, CountAsNumpyDoes) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(sliced(0, highest, 1), (Ints{0, 1, 10}));
  EXPECT_EQ(sliced(0, highest, 3), (Ints{0, 3, 4}));
  EXPECT_EQ(sliced(2, 9, 3), (Ints{2, 3, 3}));
  EXPECT_EQ(sliced(-4, -1, 2), (Ints{6, 2, 2}));
  EXPECT_EQ(sliced(-1, lowest, -1), (Ints{9, -1, 10}));
  EXPECT_EQ(sliced(highest, 1, -4), (Ints{9, -4, 2}));
  EXPECT_EQ(sliced(5, 5, 1).at(2), 0);
  EXPECT_EQ(sliced(7, 2, 1).at(2), 0);
}

TEST(SliceRanges, MayComeFromAttributes) {
  onnx::NodeProto node;
  test::set_ints(node, "starts", {1});
  test::set_ints(node, "ends", {-1});
  test::set_ints(node, "axes", {-1});
  const std::vector<SliceRange> ranges = slice_ranges(node, {3, 10}, {});
  EXPECT_EQ(ranges.at(0).count, 3);
  EXPECT_EQ(ranges.at(1).start, 1);
  EXPECT_EQ(ranges.at(1).count, 8);
}

TEST(ResolveReshape, FillsInWhatIsLeft) {
  EXPECT_EQ(resolve_reshape({1, 64, 2, 3}, {0, -1}), (Ints{1, 384}));
  EXPECT_EQ(resolve_reshape({1, 64, 1, 1}, {1, 64}), (Ints{1, 64}));
  EXPECT_THAT(test::error_message<CaptureError>([] {
                resolve_reshape({1, 64}, {1, 63});
              }),
              testing::HasSubstr("cannot reshape [1, 64] to [1, 63]"));
  EXPECT_THAT(test::error_message<CaptureError>([] {
                resolve_reshape({1, 64}, {-1, -1});
              }),
              testing::HasSubstr("cannot reshape"));
}

}  // namespace
}  // namespace millrace::capture
