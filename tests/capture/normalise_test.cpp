#include "traces/capture/normalise/normalise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/capture/model_builder.hpp"
#include "tests/traces/error_message.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {
namespace {

using test::ModelBuilder;
using test::set_int;
using testing::ElementsAre;
using testing::HasSubstr;

/// "Conv(image,w)->y" of every node.
std::vector<std::string> nodes_of(const onnx::GraphProto& graph) {
  std::vector<std::string> result;
  for (const onnx::NodeProto& node : graph.node()) {
    std::string text = node.op_type() + "(";
    for (const std::string& input : node.input()) {
      text += (text.back() == '(' ? "" : ",") + input;
    }
    result.push_back(text + ")->" + node.output(0));
  }
  return result;
}

std::vector<float> constant(const onnx::GraphProto& graph, const std::string& name) {
  const onnx::TensorProto* tensor = find_initializer(graph, name);
  return tensor == nullptr ? std::vector<float>{} : float_values(*tensor);
}

/// A 1x1 convolution of two channels, "image" to "y".
ModelBuilder conv_model() {
  ModelBuilder builder(2, 4, 4);
  builder.floats("w", {2, 2, 1, 1}, {1, 2, 3, 4});
  builder.node("Conv", {"image", "w"}, "y");
  return builder;
}

std::string refusal(ModelBuilder& builder) {
  return test::error_message<CaptureError>([&] { normalise(builder.graph()); });
}

TEST(Normalise, FoldsWhatFollowsAConvolutionIntoIt) {
  ModelBuilder builder = conv_model();
  builder.floats("two", {2, 1, 1}, {2, -2});
  builder.floats("one", {}, {1});
  builder.node("Mul", {"y", "two"}, "scaled");
  builder.node("Sub", {"one", "scaled"}, "z");
  builder.output("z");
  EXPECT_TRUE(normalise(builder.graph()).empty());
  ASSERT_THAT(nodes_of(builder.graph()), ElementsAre("Conv(image,/y/Conv/weights_,/y/Conv/bias_)->y"));
  EXPECT_EQ(constant(builder.graph(), "/y/Conv/weights_"), (std::vector<float>{-2, -4, 6, 8}));
  EXPECT_EQ(constant(builder.graph(), "/y/Conv/bias_"), (std::vector<float>{1, 1}));
  EXPECT_EQ(builder.graph().output(0).name(), "y");
}

TEST(Normalise, LeavesAConvolutionAloneWhoseValuesOthersNeed) {
  ModelBuilder builder = conv_model();
  builder.floats("two", {2, 1, 1}, {2, -2});
  builder.node("Mul", {"y", "two"}, "scaled");
  builder.node("Add", {"y", "scaled"}, "z");
  builder.output("z");
  normalise(builder.graph());
  EXPECT_THAT(nodes_of(builder.graph()),
              ElementsAre("Conv(image,w)->y",
                          "BatchNormalization(y,/scaled/Mul/scale,/scaled/Mul/shift,/scaled/Mul/mean,/scaled/Mul/var)"
                          "->scaled",
                          "Add(y,scaled)->z"));
  EXPECT_EQ(constant(builder.graph(), "/scaled/Mul/scale"), (std::vector<float>{2, -2}));
  EXPECT_EQ(constant(builder.graph(), "/scaled/Mul/shift"), (std::vector<float>{0, 0}));
}

TEST(Normalise, DoesNotTakeAConstantAlongTheWidthForOneOfChannels) {
  ModelBuilder builder = conv_model();
  builder.floats("row", {4}, {1, 2, 3, 4});
  builder.node("Add", {"y", "row"}, "z");
  builder.output("z");
  normalise(builder.graph());
  EXPECT_THAT(nodes_of(builder.graph()), ElementsAre("Conv(image,w)->y", "Add(y,row)->z"));
}

TEST(Normalise, KeepsAClipWithoutBoundsWhole) {
  ModelBuilder builder = conv_model();
  builder.floats("most", {}, {6});
  builder.node("Clip", {"y", "", "most"}, "z");
  builder.output("z");
  normalise(builder.graph());
  const onnx::NodeProto& clip = builder.graph().node(1);
  EXPECT_EQ(clip.input_size(), 1);
  EXPECT_EQ(float_attribute(clip, "max", 0.0F), 6.0F);
  EXPECT_LT(float_attribute(clip, "min", 0.0F), -1e38F);
}

TEST(Normalise, LooksThroughACastOfAClipsBoundToTheTypeThatItHas) {
  ModelBuilder builder = conv_model();
  builder.floats("six", {}, {6});
  set_int(builder.node("Cast", {"six"}, "most"), "to", onnx::TensorProto::FLOAT);
  set_int(builder.node("Cast", {"six"}, "rounded"), "to", onnx::TensorProto::INT64);
  builder.node("Clip", {"y", "", "most"}, "z");
  builder.output("z");
  normalise(builder.graph());
  EXPECT_THAT(nodes_of(builder.graph()), ElementsAre("Conv(image,w)->y", "Cast(six)->rounded", "Clip(y)->z"));
  EXPECT_EQ(float_attribute(builder.graph().node(2), "max", 0.0F), 6.0F);
}

TEST(Normalise, RefusesClipsWhoseBoundsAreNotKnown) {
  ModelBuilder builder = conv_model();
  builder.node("Clip", {"y", "image"}, "z");
  builder.output("z");
  EXPECT_THAT(refusal(builder), HasSubstr("node '/z/Clip' (Clip): the bound 'image' is no constant number"));
}

TEST(Normalise, TurnsWeightsOfAMatMulOnce) {
  ModelBuilder builder(3, 1, 1);
  builder.floats("w", {1, 6}, {1, 2, 3, 4, 5, 6});
  builder.ints("shape", {2}, {3, 2});
  builder.node("Reshape", {"w", "shape"}, "matrix");
  builder.node("Flatten", {"image"}, "flat");
  builder.node("MatMul", {"flat", "matrix"}, "y");
  builder.output("y");
  normalise(builder.graph());
  EXPECT_THAT(nodes_of(builder.graph()), ElementsAre("Flatten(image)->flat", "Gemm(flat,/y/MatMul/weights)->y"));
  EXPECT_EQ(constant(builder.graph(), "/y/MatMul/weights"), (std::vector<float>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(int_attribute(builder.graph().node(1), "transB", 0), 1);
}

TEST(Normalise, NamesTheNodeThatReshapesWeightsWrongly) {
  ModelBuilder builder = conv_model();
  builder.ints("shape", {1}, {3});
  builder.node("Reshape", {"w", "shape"}, "matrix");
  builder.output("y");
  EXPECT_THAT(refusal(builder), HasSubstr("node '/matrix/Reshape' (Reshape): cannot reshape [2, 2, 1, 1] to [3]"));
}

TEST(Normalise, RefusesModelsInTraining) {
  ModelBuilder norm = conv_model();
  norm.floats("ones", {2}, {1, 1});
  set_int(norm.node("BatchNormalization", {"y", "ones", "ones", "ones", "ones"}, "z"), "training_mode", 1);
  norm.output("z");
  EXPECT_THAT(refusal(norm), HasSubstr("node '/z/BatchNormalization' (BatchNormalization): is exported for training"));
  ModelBuilder dropout = conv_model();
  dropout.node("Dropout", {"y", "", "image"}, "z");
  dropout.output("z");
  EXPECT_THAT(refusal(dropout), HasSubstr("node '/z/Dropout' (Dropout): is exported for training"));
}

TEST(Normalise, KeepsASoftmaxThatIsNotAtTheEnd) {
  ModelBuilder builder = conv_model();
  builder.node("Softmax", {"y"}, "s");
  builder.node("Relu", {"s"}, "z");
  builder.output("z");
  EXPECT_TRUE(normalise(builder.graph()).empty());
  EXPECT_EQ(builder.graph().node_size(), 3);
}

TEST(Normalise, LeavesNodesAloneThatMakeNothing) {
  ModelBuilder builder = conv_model();
  builder.floats("ones", {2}, {1, 1});
  for (const char* type : {"BatchNormalization", "Identity", "Dropout", "MatMul", "Reshape", "Softmax", "Add"}) {
    builder.node(type, {"y", "ones", "ones", "ones", "ones"}, type).clear_output();
  }
  builder.output("y");
  EXPECT_TRUE(normalise(builder.graph()).empty());
  EXPECT_EQ(builder.graph().node_size(), 8);
}

TEST(Normalise, TakesConstantsInEveryForm) {
  ModelBuilder builder = conv_model();
  test::set_float(builder.node("Constant", {}, "a"), "value_float", 2.0F);
  test::set_int(builder.node("Constant", {}, "b"), "value_int", 3);
  test::set_ints(builder.node("Constant", {}, "c"), "value_ints", {4, 5});
  builder.output("y");
  normalise(builder.graph());
  EXPECT_THAT(constant(builder.graph(), "a_"), ElementsAre(2.0F));
  EXPECT_EQ(find_initializer(builder.graph(), "b_")->int64_data(0), 3);
  EXPECT_EQ(find_initializer(builder.graph(), "c_")->dims(0), 2);
  test::set_string(builder.node("Constant", {}, "d"), "value_string", "text");
  EXPECT_THAT(refusal(builder), HasSubstr("node '/d/Constant' (Constant): its value is no tensor and no number"));
}

}  // namespace
}  // namespace millrace::capture
