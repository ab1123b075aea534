#include "traces/capture/thresholds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/capture/small_network.hpp"
#include "tests/traces/error_message.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/edge_transform.hpp"
#include "traces/capture/normalise/normalise.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using testing::HasSubstr;

Thresholds parse(const std::vector<std::string>& texts) {
  return parse_thresholds("--threshold", texts);
}

std::string refusal(const std::vector<std::string>& texts) {
  return error_message<CaptureError>([&] { parse(texts); });
}

traces::Network forked_network() {
  return traces::Network::Builder("n", "in", {4, 4, 2})
      .add("stem", traces::Convolution{4, 1, 1}, {"in"}, "a")
      .add("left", traces::Convolution{4, 1, 1}, {"a"}, "b")
      .add("right", traces::Convolution{4, 1, 1}, {"a"}, "c")
      .add("add", traces::Add{}, {"b", "c"}, "d")
      .add("fc", traces::FullyConnected{2}, {"d"}, "out")
      .finish("out");
}

TEST(Thresholds, AreForAllLayersOrForOne) {
  const Thresholds some = parse({"0.25,left=0.5", "a=b=1e-3"});
  EXPECT_EQ(some.all, 0.25);
  EXPECT_EQ(some.layers, (std::map<std::string, double>{{"left", 0.5}, {"a=b", 0.001}}));
  EXPECT_EQ(to_string(some), "0.25,a=b=0.001,left=0.5");
  EXPECT_EQ(to_string(parse({"right=1"})), "right=1");
  EXPECT_EQ(to_string(parse({})), "");
  EXPECT_EQ(of_layers(parse({"0.25,left=0.5,fc=0"}), forked_network()),
            (LayerThresholds{{0, 0.25F}, {1, 0.5F}, {2, 0.25F}, {4, 0.0F}}));
  EXPECT_EQ(of_layers(parse({"left=0.5"}), forked_network()), (LayerThresholds{{0, 0}, {1, 0.5F}, {2, 0}, {4, 0}}));
}

TEST(Thresholds, MustBeNumbers) {
  EXPECT_THAT(refusal({"x"}), HasSubstr("--threshold: 'x' is no threshold; give a number from 0 up, or LAYER=NUMBER"));
  for (const char* text : {"", "0.1,", "-0.1", "nan", "inf", "0.1x", "1e39", "left=", "left=x", "0,1 "}) {
    EXPECT_THAT(refusal({text}), HasSubstr("--threshold: ")) << text;
  }
  EXPECT_THAT(refusal({"0.1", "0.2"}), HasSubstr("--threshold: 0.1 and 0.2 are both for all layers"));
  EXPECT_THAT(refusal({"a=1,b=1", "a=1"}), HasSubstr("--threshold: layer 'a' is there twice"));
}

TEST(Thresholds, MustNameALayerWithWeights) {
  const auto lookup = [](const std::string& text) {
    return error_message<CaptureError>([&] { of_layers(parse({text}), forked_network()); });
  };
  EXPECT_THAT(lookup("lefd=1"), HasSubstr("is called 'lefd'; did you mean 'left'?"));
  EXPECT_THAT(lookup("add=1"), HasSubstr("no convolution or fully connected layer is called 'add'"));
  EXPECT_THAT(lookup("something else=1"), HasSubstr("there are 4 of them, from 'stem' to 'fc'"));
}

TEST(Thresholds, AreOneAnEdge) {
  using Edges = std::map<std::size_t, float>;
  const traces::Network network = forked_network();
  EXPECT_EQ(of_edges(parse({"0.5"}), network), (Edges{{0, 0.5F}, {1, 0.5F}, {4, 0.5F}}));
  EXPECT_EQ(of_edges(parse({"stem=1,left=0.5,right=0.5"}), network), (Edges{{0, 1.0F}, {1, 0.5F}}));
  EXPECT_THAT(error_message<CaptureError>([&] { of_edges(parse({"0.25,left=0.5"}), network); }),
              HasSubstr("layers 'left' (0.5) and 'right' (0.25) read edge 'a', so they have one threshold"));
  EXPECT_THAT(error_message<CaptureError>([&] { of_edges(parse({"right=0.5"}), network); }),
              HasSubstr("layers 'left' (0) and 'right' (0.5) read edge 'a'"));
}

ImportedGraph import_small(const test::SmallNetwork& network) {
  onnx::ModelProto model = network.model().model();
  normalise(*model.mutable_graph());
  return import_graph(model.graph(), "small");
}

TEST(Thresholds, ZeroTheWeightsBelow) {
  const test::SmallNetwork network(1);
  ImportedGraph graph = import_small(network);
  // Weights are multiples of 1/8: those of 1/4 stay.
  clip_weights(graph, parse({"0.25,/depthwise/Conv=0"}));
  const auto clipped = [](std::vector<float> values) {
    for (float& value : values) {
      value = value == 0.125F || value == -0.125F ? 0.0F : value;
    }
    return values;
  };
  const auto stored = [&graph](const char* name) { return float_values(*find_initializer(graph.model.graph(), name)); };
  EXPECT_NE(clipped(network.first.weights), network.first.weights);
  EXPECT_EQ(stored("first.weight"), clipped(network.first.weights));
  EXPECT_EQ(stored("body.weight"), clipped(network.body.weights));
  EXPECT_EQ(stored("depthwise.weight"), network.depthwise.weights);
  EXPECT_EQ(stored("first.bias"), network.first.bias);
}

TEST(Thresholds, MustBeEqualWhereWeightsAreShared) {
  ImportedGraph graph = import_small(test::SmallNetwork(1));
  graph.weights.begin()->second.initializer = std::next(graph.weights.begin())->second.initializer;
  clip_weights(graph, parse({"0.25"}));
  EXPECT_THAT(error_message<CaptureError>([&] { clip_weights(graph, parse({"0.25,/first/Conv=0.5"})); }),
              HasSubstr("share weights 'body.weight', so they have one threshold"));
}

std::vector<float> transformed(const EdgeTransform& transform, std::vector<float> values) {
  transform.apply(values);
  return values;
}

TEST(EdgeTransform, ZeroesMagnitudesUpToTheThreshold) {
  const std::vector<float> values = {0.5F, -0.5F, 0.51F, -0.51F, 0.0F, -3.0F, 1e-30F};
  EXPECT_EQ(transformed({std::nullopt, 0.5F}, values), (std::vector<float>{0, 0, 0.51F, -0.51F, 0, -3, 0}));
  EXPECT_EQ(transformed({}, values), values);
}

TEST(EdgeTransform, DoesNotHideWhatIsNoNumber) {
  const std::vector<float> values = transformed(
      {std::nullopt, 0.5F}, {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()});
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_TRUE(std::isinf(values[1]));
}

TEST(EdgeTransform, RoundsBeforeItClips) {
  // Codes of 1: 0.6 becomes 1 and stays, 1.4 becomes 1 and stays, 0.4 becomes 0, -7 is beyond an unsigned range.
  const EdgeTransform transform = {Rounding{{false, 1.0}, 8}, 0.7F};
  EXPECT_EQ(transformed(transform, {0.6F, 1.4F, 0.4F, -7.0F, 300.0F}), (std::vector<float>{1, 1, 0, 0, 255}));
  EXPECT_EQ(transformed({Rounding{{true, 1.0}, 8}, 1.0F}, {1.4F, -1.4F, 1.6F}), (std::vector<float>{0, 0, 2}));
}

}  // namespace
}  // namespace millrace::capture
