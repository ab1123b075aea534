#include "traces/capture/constants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/capture/model_builder.hpp"
#include "tests/traces/error_message.hpp"
#include "traces/capture/capture_error.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;
using test::ModelBuilder;
using test::set_int;
using test::set_ints;
using testing::HasSubstr;

void expect(const Constants& constants, const std::string& tensor, const Ints& shape, const Ints& values) {
  const IntTensor* found = constants.find(tensor);
  ASSERT_NE(found, nullptr) << tensor;
  EXPECT_EQ(found->shape, shape) << tensor;
  EXPECT_EQ(found->values, values) << tensor;
}

/// As PyTorch exports F.pad(x, [0, 0, 0, 0, 4, 5]): the amounts arrive last axis first and are turned round.
TEST(Constants, FoldTheAmountsOfAPyTorchPad) {
  ModelBuilder builder(1, 1, 1);
  builder.ints("amounts", {6}, {0, 0, 0, 0, 4, 5});
  builder.ints("rest", {1}, {2});
  builder.ints("two", {2}, {-1, 2});
  builder.ints("start", {1}, {-1});
  builder.ints("end", {1}, {std::numeric_limits<std::int64_t>::min() + 1});
  builder.ints("axis", {1}, {0});
  builder.ints("flat", {1}, {-1});
  Constants constants(builder.graph());
  EXPECT_TRUE(constants.fold(builder.node("ConstantOfShape", {"rest"}, "zeros")));
  onnx::NodeProto& concat = builder.node("Concat", {"amounts", "zeros"}, "all");
  set_int(concat, "axis", 0);
  EXPECT_TRUE(constants.fold(concat));
  EXPECT_TRUE(constants.fold(builder.node("Reshape", {"all", "two"}, "pairs")));
  EXPECT_TRUE(constants.fold(builder.node("Slice", {"pairs", "start", "end", "axis", "start"}, "turned")));
  onnx::NodeProto& transpose = builder.node("Transpose", {"turned"}, "columns");
  set_ints(transpose, "perm", {1, 0});
  EXPECT_TRUE(constants.fold(transpose));
  EXPECT_TRUE(constants.fold(builder.node("Reshape", {"columns", "flat"}, "pads")));
  onnx::NodeProto& cast = builder.node("Cast", {"pads"}, "result");
  set_int(cast, "to", onnx::TensorProto::INT64);
  EXPECT_TRUE(constants.fold(cast));
  expect(constants, "pairs", {4, 2}, {0, 0, 0, 0, 4, 5, 0, 0});
  expect(constants, "turned", {4, 2}, {0, 0, 4, 5, 0, 0, 0, 0});
  expect(constants, "result", {8}, {0, 4, 0, 0, 0, 5, 0, 0});
}

TEST(Constants, FoldPartsOfAShape) {
  ModelBuilder builder(1, 1, 1);
  builder.ints("index", {}, {-3});
  Constants constants(builder.graph());
  constants.set("shape", {{4}, {1, 64, 8, 9}});
  EXPECT_TRUE(constants.fold(builder.node("Gather", {"shape", "index"}, "channels")));
  onnx::NodeProto& unsqueeze = builder.node("Unsqueeze", {"channels"}, "list");
  set_ints(unsqueeze, "axes", {0});
  EXPECT_TRUE(constants.fold(unsqueeze));
  expect(constants, "channels", {}, {64});
  expect(constants, "list", {1}, {64});
}

/// As PyTorch exports F.pad without constant folding: it counts how many amounts are missing.
TEST(Constants, FoldArithmetic) {
  ModelBuilder builder(1, 1, 1);
  builder.ints("amounts", {6}, {0, 0, 0, 0, 4, 5});
  builder.ints("rank", {}, {4});
  builder.ints("two", {1}, {2});
  Constants constants(builder.graph());
  EXPECT_TRUE(constants.fold(builder.node("Shape", {"amounts"}, "given")));
  expect(constants, "given", {1}, {6});
  EXPECT_TRUE(constants.fold(builder.node("Mul", {"rank", "two"}, "all")));
  expect(constants, "all", {1}, {8});
  EXPECT_TRUE(constants.fold(builder.node("Sub", {"all", "given"}, "missing")));
  expect(constants, "missing", {1}, {2});
  EXPECT_TRUE(constants.fold(builder.node("Sub", {"rank", "amounts"}, "less")));
  expect(constants, "less", {6}, {4, 4, 4, 4, 0, -1});
  EXPECT_TRUE(constants.fold(builder.node("Add", {"amounts", "less"}, "sums")));
  expect(constants, "sums", {6}, {4, 4, 4, 4, 4, 4});
  EXPECT_TRUE(constants.fold(builder.node("Sub", {"amounts", "two"}, "fewer")));
  expect(constants, "fewer", {6}, {-2, -2, -2, -2, 2, 3});
}

TEST(Constants, RefuseArithmeticThatDoesNotFit) {
  ModelBuilder builder(1, 1, 1);
  builder.ints("three", {3}, {1, 2, 3});
  builder.ints("two", {2}, {1, 2});
  builder.ints("most", {}, {std::numeric_limits<std::int64_t>::max()});
  builder.ints("least", {}, {std::numeric_limits<std::int64_t>::min()});
  Constants constants(builder.graph());
  const auto refusal = [&](const std::string& type, const std::string& first, const std::string& second) {
    const onnx::NodeProto& node = builder.node(type, {first, second}, "r");
    return test::error_message<CaptureError>([&] { constants.fold(node); });
  };
  EXPECT_THAT(refusal("Add", "three", "two"), HasSubstr("combines constants of different shapes"));
  EXPECT_THAT(refusal("Add", "most", "three"), HasSubstr("makes a constant that is too large"));
  EXPECT_THAT(refusal("Sub", "least", "three"), HasSubstr("makes a constant that is too large"));
  EXPECT_THAT(refusal("Mul", "most", "two"), HasSubstr("makes a constant that is too large"));
  onnx::NodeProto& part = builder.node("Shape", {"three"}, "part");
  set_int(part, "start", 0);
  EXPECT_THAT(test::error_message<CaptureError>([&] { constants.fold(part); }), HasSubstr("start and end"));
}

TEST(Constants, LeaveAloneWhatIsNotKnown) {
  ModelBuilder builder(1, 1, 1);
  builder.floats("f", {1}, {1.0F});
  Constants constants(builder.graph());
  EXPECT_FALSE(constants.fold(builder.node("Concat", {"image"}, "a")));
  EXPECT_FALSE(constants.fold(builder.node("Concat", {"f"}, "b")));
  EXPECT_FALSE(constants.fold(builder.node("Softmax", {}, "c")));
  EXPECT_EQ(constants.find("a"), nullptr);
}

TEST(Constants, AreBounded) {
  ModelBuilder builder(1, 1, 1);
  builder.ints("huge", {4}, {60000, 60000, 60000, 60000});
  builder.ints("nothing", {2}, {0, std::numeric_limits<std::int64_t>::max()});
  Constants constants(builder.graph());
  for (const char* shape : {"huge", "nothing"}) {
    const onnx::NodeProto& node = builder.node("ConstantOfShape", {shape}, "big");
    EXPECT_THAT(test::error_message<CaptureError>([&] { constants.fold(node); }),
                HasSubstr("node '/big/ConstantOfShape' (ConstantOfShape): makes a constant that is too large"));
  }
}

}  // namespace
}  // namespace millrace::capture
