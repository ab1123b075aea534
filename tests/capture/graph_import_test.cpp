#include "traces/capture/graph_import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/capture/small_network.hpp"
#include "tests/traces/error_message.hpp"
#include "traces/capture/capture_error.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using test::ModelBuilder;
using test::set_int;
using test::set_ints;
using test::set_string;
using testing::HasSubstr;

TEST(GraphImport, MakesOneLayerOfWhatBelongsTogether) {
  const ImportedGraph graph = import_graph(test::SmallNetwork(1).model().graph(), "small");
  std::vector<std::string> layers;
  for (const traces::Layer& layer : graph.network.layers()) {
    layers.push_back(layer.name);
  }
  EXPECT_EQ(layers, (std::vector<std::string>{"/first/Conv", "/body/Conv", "/quarter/Slice", "/padded/Pad", "/sum/Add",
                                              "/depthwise/Conv", "/pooled/GlobalAveragePool", "/scores/Gemm"}));
  const auto& conv = std::get<traces::Convolution>(graph.network.layer({0}).op);
  EXPECT_EQ(conv, (traces::Convolution{12, 3, 3, 1, 1, {1, 0, 1, 2}}));
  EXPECT_EQ(graph.network.layer({0}).pointwise, std::vector<std::string>{"relu"});
  EXPECT_EQ(graph.network.edge(graph.network.layer({0}).output).name, "/first_relu/Relu");
  EXPECT_TRUE(graph.network.layer({1}).pointwise.empty());
  EXPECT_EQ(std::get<traces::Subsample>(graph.network.layer({2}).op).stride, 2);
  EXPECT_EQ(std::get<traces::ChannelPad>(graph.network.layer({3}).op), (traces::ChannelPad{3, 3}));
  EXPECT_EQ(graph.weights.size(), 4U);
}

/// A model of one convolution "y" on an image 4x6x6, not finished.
ModelBuilder conv_model() {
  ModelBuilder builder(4, 6, 6);
  std::mt19937 random(2);
  builder.floats("w", {4, 4, 3, 3}, test::exact_values(4 * 4 * 9, random));
  set_ints(builder.node("Conv", {"image", "w"}, "y"), "kernel_shape", {3, 3});
  return builder;
}

std::string refusal(const ModelBuilder& builder) {
  try {
    import_graph(builder.graph(), "n");
  } catch (const traces::TraceError& error) {
    return error.what();
  } catch (const CaptureError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

/// What is said to a node that reads the convolution's output.
std::string refusal(const std::string& type, const std::function<void(ModelBuilder&, onnx::NodeProto&)>& change) {
  ModelBuilder builder = conv_model();
  onnx::NodeProto& node = builder.node(type, {"y"}, "z");
  change(builder, node);
  builder.output("z");
  return refusal(builder);
}

/// What is said to the convolution if its node is changed.
std::string conv_refusal(const std::function<void(ModelBuilder&, onnx::NodeProto&)>& change) {
  ModelBuilder builder = conv_model();
  change(builder, *builder.graph().mutable_node(0));
  builder.output("y");
  return refusal(builder);
}

TEST(GraphImport, RefusesUnknownOperatorsByName) {
  const std::string message = refusal("Resize", [](ModelBuilder&, onnx::NodeProto&) {});
  EXPECT_THAT(message, HasSubstr("node '/z/Resize' (Resize): this operator is not supported"));
  EXPECT_THAT(message, HasSubstr("supported: Relu, Clip, BatchNormalization"));
  EXPECT_THAT(message, HasSubstr("Tanh, Conv, Gemm, Add"));
  EXPECT_THAT(refusal("Mul", [](ModelBuilder&, onnx::NodeProto& node) { node.add_input("image"); }),
              HasSubstr("node '/z/Mul' (Mul): this operator is not supported here; only sums of two activations"));
  EXPECT_THAT(refusal("Relu", [](ModelBuilder&, onnx::NodeProto& node) { node.set_domain("com.example"); }),
              HasSubstr("domain 'com.example'"));
}

TEST(GraphImport, RefusesLoops) {
  EXPECT_THAT(refusal("Relu", [](ModelBuilder&, onnx::NodeProto& node) { node.set_output(0, "y"); }),
              HasSubstr("(Relu): reads what is made of its own output; a network has no loops"));
}

TEST(GraphImport, RefusesInOneLine) {
  EXPECT_THAT(refusal("Re\nsize", [](ModelBuilder&, onnx::NodeProto&) {}), HasSubstr("(Re?size): this operator"));
}

/// Names, operators and pointwise steps of all layers.
std::vector<std::string> layers_of(const ModelBuilder& builder) {
  std::vector<std::string> result;
  const traces::Network network = import_graph(builder.graph(), "n").network;
  for (const traces::Layer& layer : network.layers()) {
    std::string text = layer.name + " " + std::string(traces::operator_name(layer.op));
    for (const std::string& step : layer.pointwise) {
      text += " " + step;
    }
    result.push_back(text);
  }
  return result;
}

TEST(GraphImport, MakesALayerOfAReluWhoseInputOthersReadToo) {
  ModelBuilder builder = conv_model();
  builder.node("Relu", {"y"}, "r");
  builder.node("Sigmoid", {"r"}, "s");
  builder.node("Add", {"y", "s"}, "z");
  builder.output("z");
  EXPECT_EQ(layers_of(builder),
            (std::vector<std::string>{"/y/Conv conv", "/r/Relu pointwise relu sigmoid", "/z/Add add"}));
}

TEST(GraphImport, MakesALayerOfAReluOfTheInput) {
  ModelBuilder builder(3, 4, 4);
  builder.node("Relu", {"image"}, "z");
  builder.output("z");
  EXPECT_EQ(layers_of(builder), std::vector<std::string>{"/z/Relu pointwise relu"});
}

/// Shape and pads of a layer that reads the convolution's output, 4x4x4.
traces::Network network_after(const std::function<void(ModelBuilder&)>& change) {
  ModelBuilder builder = conv_model();
  change(builder);
  builder.output("z");
  return import_graph(builder.graph(), "n").network;
}

TEST(GraphImport, ReadsPools) {
  const auto pool = [](const std::string& type, std::int64_t kernel,
                       const std::function<void(onnx::NodeProto&)>& more) {
    const traces::Network network = network_after([&](ModelBuilder& builder) {
      onnx::NodeProto& node = builder.node(type, {"y"}, "z");
      set_ints(node, "kernel_shape", {kernel, kernel});
      more(node);
    });
    return network.layer({1}).op;
  };
  const auto nothing = [](onnx::NodeProto&) {};
  EXPECT_EQ(pool("MaxPool", 2, nothing), traces::Operator(traces::MaxPool{{2, 1, {}, false}}));
  EXPECT_EQ(pool("MaxPool", 3,
                 [](onnx::NodeProto& node) {
                   set_ints(node, "strides", {2, 2});
                   set_ints(node, "pads", {0, 1, 1, 0});
                   set_int(node, "ceil_mode", 1);
                 }),
            traces::Operator(traces::MaxPool{{3, 2, {0, 1, 1, 0}, true}}));
  EXPECT_EQ(pool("AveragePool", 2, [](onnx::NodeProto& node) { set_int(node, "count_include_pad", 1); }),
            traces::Operator(traces::AveragePool{{2, 1, {}, false}, true}));
  EXPECT_EQ(pool("AveragePool", 4, nothing), traces::Operator(traces::GlobalAveragePool{}));
}

TEST(GraphImport, ResolvesAutoPadding) {
  const auto pads = [](const std::string& kind, std::int64_t stride) {
    ModelBuilder builder(1, 6, 7);
    builder.floats("w", {1, 1, 4, 4}, std::vector<float>(16));
    onnx::NodeProto& node = builder.node("Conv", {"image", "w"}, "y");
    set_string(node, "auto_pad", kind);
    set_ints(node, "strides", {stride, stride});
    builder.output("y");
    return std::get<traces::Convolution>(import_graph(builder.graph(), "n").network.layer({0}).op).pads;
  };
  EXPECT_EQ(pads("SAME_UPPER", 1), (traces::Pads{1, 1, 2, 2}));
  EXPECT_EQ(pads("SAME_LOWER", 1), (traces::Pads{2, 2, 1, 1}));
  EXPECT_EQ(pads("SAME_UPPER", 2), (traces::Pads{1, 1, 1, 2}));
  EXPECT_EQ(pads("VALID", 1), traces::Pads{});
}

TEST(GraphImport, GivesPaddingOfItsOwnToTheLayerThatReadsIt) {
  const auto padded = [](const std::function<void(ModelBuilder&)>& change) {
    return network_after([&](ModelBuilder& builder) {
      builder.ints("amounts", {8}, {0, 0, 1, 0, 0, 0, 1, 1});
      builder.node("Pad", {"y", "amounts"}, "p");
      change(builder);
    });
  };
  const traces::Network conv = padded([](ModelBuilder& builder) {
    set_ints(builder.node("Conv", {"p", "w"}, "z"), "pads", {1, 0, 0, 0});
  });
  EXPECT_EQ(std::get<traces::Convolution>(conv.layer({1}).op).pads, (traces::Pads{2, 0, 1, 1}));
  EXPECT_EQ(conv.edge(conv.layer({1}).inputs.front()).shape, (traces::MapShape{4, 4, 4}));
  const traces::Network pool = padded([](ModelBuilder& builder) {
    set_ints(builder.node("AveragePool", {"p"}, "z"), "kernel_shape", {2, 2});
  });
  EXPECT_EQ(pool.layer({1}).op, traces::Operator(traces::AveragePool{{2, 1, {1, 0, 1, 1}, false}, true}));
}

TEST(GraphImport, JoinsMaps) {
  const traces::Network network = network_after([](ModelBuilder& builder) {
    builder.node("Relu", {"y"}, "r");
    set_int(builder.node("Concat", {"r", "y", "r"}, "z"), "axis", -3);
  });
  EXPECT_EQ(network.edge(network.output()).shape, (traces::MapShape{4, 4, 12}));
  EXPECT_THAT(refusal("Concat",
                      [](ModelBuilder&, onnx::NodeProto& node) {
                        node.add_input("y");
                        set_int(node, "axis", 2);
                      }),
              HasSubstr("joins along axis 2; only channels"));
}

TEST(GraphImport, ReadsMeansAndSqueezedMaps) {
  const traces::Network network = network_after([](ModelBuilder& builder) {
    onnx::NodeProto& mean = builder.node("ReduceMean", {"y"}, "m");
    set_ints(mean, "axes", {-2, -1});
    set_int(mean, "keepdims", 1);
    builder.ints("axes", {2}, {2, 3});
    builder.node("Squeeze", {"m", "axes"}, "s");
    builder.floats("fc", {2, 4}, std::vector<float>(8, 1.0F));
    set_int(builder.node("Gemm", {"s", "fc"}, "z"), "transB", 1);
  });
  EXPECT_EQ(network.layer({1}).op, traces::Operator(traces::GlobalAveragePool{}));
  EXPECT_EQ(network.edge(network.output()).shape, (traces::MapShape{1, 1, 2}));
}

TEST(GraphImport, RefusesConvolutionsItCannotExpress) {
  using Node = onnx::NodeProto;
  EXPECT_THAT(conv_refusal([](ModelBuilder&, Node& node) {
                set_ints(node, "strides", {1, 2});
              }),
              HasSubstr("strides are [1, 2]; only two equal strides"));
  EXPECT_THAT(conv_refusal([](ModelBuilder&, Node& node) {
                set_ints(node, "dilations", {2, 2});
              }),
              HasSubstr("dilations are [2, 2]; only 1"));
  EXPECT_THAT(conv_refusal([](ModelBuilder&, Node& node) { set_string(node, "auto_pad", "SAME"); }),
              HasSubstr("auto_pad 'SAME' is unknown; export the model with explicit pads"));
  EXPECT_THAT(conv_refusal([](ModelBuilder&, Node& node) { set_int(node, "group", 3); }), HasSubstr("in 3 groups"));
  EXPECT_THAT(conv_refusal([](ModelBuilder&, Node& node) {
                set_ints(node, "pads", {1, 1, -1, 1});
              }),
              HasSubstr("padding after the height is -1"));
  EXPECT_THAT(conv_refusal([](ModelBuilder&, Node& node) { node.set_input(1, "image"); }),
              HasSubstr("input 1 must be weights stored as an initialiser"));
}

TEST(GraphImport, RefusesSlicesThatAreNoSubsampling) {
  const auto slice = [](std::int64_t axis, std::int64_t start, std::int64_t end, std::int64_t step) {
    return refusal("Slice", [=](ModelBuilder& builder, onnx::NodeProto& node) {
      builder.ints("start", {1}, {start});
      builder.ints("end", {1}, {end});
      builder.ints("axis", {1}, {axis});
      builder.ints("step", {1}, {step});
      for (const char* input : {"start", "end", "axis", "step"}) {
        node.add_input(input);
      }
    });
  };
  EXPECT_THAT(slice(2, 0, 100, 2), HasSubstr("keeps every 2. row but every 1. column"));
  EXPECT_THAT(slice(1, 0, 100, 2), HasSubstr("takes 2 of 4 along axis 1 from 0 in steps of 2"));
  EXPECT_THAT(slice(2, 1, 100, 2), HasSubstr("along axis 2 from 1"));
  EXPECT_THAT(slice(3, 0, 2, 1), HasSubstr("takes 2 of 4 along axis 3"));
  EXPECT_THAT(slice(2, 0, 100, 0), HasSubstr("axis 2 with step 0"));
}

TEST(GraphImport, RefusesPadsThatAreNotOfChannels) {
  const auto pad = [](const std::vector<std::int64_t>& amounts) {
    return refusal("Pad", [&](ModelBuilder& builder, onnx::NodeProto& node) {
      builder.ints("amounts", {static_cast<std::int64_t>(amounts.size())}, amounts);
      node.add_input("amounts");
    });
  };
  EXPECT_THAT(pad({0, 0, 1, 1, 0, 0, 1, 1}),
              HasSubstr("edge '/y/Conv': a Pad puts rows or columns around it, but no convolution"));
  EXPECT_THAT(pad({0, 1, 1, 1, 0, 0, 1, 1}), HasSubstr("only channels, or only rows and columns, may be padded"));
  EXPECT_THAT(pad({0, 0, 1, -1, 0, 0, 1, 1}), HasSubstr("and not cropped"));
  EXPECT_THAT(pad({1, 1, 0, 0, 0, 0, 0, 0}), HasSubstr("only channels, rows and columns of a map"));
  EXPECT_THAT(pad({0, 1}), HasSubstr("pads are [0, 1]"));
  EXPECT_THAT(pad({0, -1, 0, 0, 0, 0, 0, 0}), HasSubstr("before is -1"));
  EXPECT_THAT(refusal("Pad", [](ModelBuilder&, onnx::NodeProto& node) { set_string(node, "mode", "reflect"); }),
              HasSubstr("only zeros are supported"));
}

TEST(GraphImport, RefusesOtherFormsOfKnownOperators) {
  EXPECT_THAT(refusal("Add",
                      [](ModelBuilder& builder, onnx::NodeProto& node) {
                        builder.floats("one", {1}, {1.0F});
                        node.add_input("one");
                      }),
              HasSubstr("input 'one' is a constant"));
  EXPECT_THAT(refusal("Reshape",
                      [](ModelBuilder& builder, onnx::NodeProto& node) {
                        builder.ints("shape", {3}, {1, 8, -1});
                        node.add_input("shape");
                      }),
              HasSubstr("makes [1, 8, 8] of [1, 4, 4, 4]; only flattening to [1, 64]"));
  EXPECT_THAT(refusal("Gemm",
                      [](ModelBuilder& builder, onnx::NodeProto& node) {
                        builder.floats("m", {2, 64}, std::vector<float>(128));
                        node.add_input("m");
                        set_int(node, "transB", 1);
                      }),
              HasSubstr("flatten the input"));
}

TEST(GraphImport, RefusesInputsThatAreNoImage) {
  ModelBuilder builder = conv_model();
  builder.output("y");
  builder.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_value(8);
  EXPECT_THAT(refusal(builder),
              HasSubstr("input 'image' has shape [8, 4, 6, 6], must be [1, channels, height, width]"));
}

TEST(GraphImport, TakesADynamicBatchAxisAsOneImage) {
  ModelBuilder builder = conv_model();
  builder.output("y");
  builder.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_param("n");
  EXPECT_EQ(import_graph(builder.graph(), "n").network.edge({0}).shape, (traces::MapShape{6, 6, 4}));
}

}  // namespace
}  // namespace millrace::capture
