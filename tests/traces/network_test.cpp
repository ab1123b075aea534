#include "traces/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/traces/error_message.hpp"

namespace millrace::traces {
namespace {

using test::error_message;
using testing::HasSubstr;

constexpr std::int64_t largest = 65536;

Network::Builder on(MapShape input) {
  return {"net", "in", input};
}

MapShape shape_after(MapShape input, Operator op) {
  return on(input).add("l", std::move(op), {"in"}, "out").shape("out");
}

/// What the builder says to one layer that reads the input.
std::string refusal(MapShape input, Operator op) {
  return error_message<TraceError>([&] { shape_after(input, std::move(op)); });
}

Network every_operator() {
  return on({9, 7, 4})
      .add("conv", Convolution{8, 3, 2, 2, 2, {1, 0, 2, 1}}, {"in"}, "a", {"relu"})
      .add("skip", Subsample{2}, {"in"}, "b")
      .add("pad", ChannelPad{1, 3}, {"b"}, "c")
      .add("add", Add{}, {"a", "c"}, "d", {"relu"})
      .add("norm", Pointwise{}, {"d"}, "n", {"batch_norm", "relu"})
      .add("max", MaxPool{{3, 2, {1, 0, 0, 1}, true}}, {"n"}, "m")
      .add("mean", AveragePool{{2, 2, {0, 1, 1, 0}, false}, true}, {"d"}, "v")
      .add("join", Concat{}, {"m", "v"}, "j")
      .add("pool", GlobalAveragePool{}, {"j"}, "e")
      .add("fc", FullyConnected{10}, {"e"}, "f")
      .finish("f");
}

TEST(Network, InfersTheShapeOfEveryOperator) {
  const Network network = every_operator();
  std::vector<MapShape> shapes;
  for (const Edge& edge : network.edges()) {
    shapes.push_back(edge.shape);
  }
  EXPECT_EQ(shapes, (std::vector<MapShape>{{9, 7, 4},
                                           {5, 4, 8},
                                           {5, 4, 4},
                                           {5, 4, 8},
                                           {5, 4, 8},
                                           {5, 4, 8},
                                           {3, 2, 8},
                                           {3, 2, 8},
                                           {3, 2, 16},
                                           {1, 1, 16},
                                           {1, 1, 10}}));
  EXPECT_EQ(network.weight_shape(network.layer({0})), (WeightShape{8, 3, 2, 2}));
  EXPECT_EQ(network.dense_macs(network.layer({0})), 5 * 4 * 8 * 3 * 2 * 2);
  EXPECT_EQ(network.dense_macs(network.layer({3})), 0);
  EXPECT_EQ(network.dense_macs(network.layer({9})), 160);
}

/// One head after the other: 3 heads of 4 channels over 5 tokens.
Network attention() {
  return on({1, 5, 12})
      .add("q", Convolution{12, 1, 1}, {"in"}, "q")
      .add("k", Convolution{12, 1, 1}, {"in"}, "k")
      .add("scores", MatMul{3, true}, {"q", "k"}, "s", {"batch_norm"})
      .add("softmax", Softmax{3}, {"s"}, "p")
      .add("mix", MatMul{3, false}, {"p", "k"}, "m")
      .add("norm", LayerNorm{}, {"m"}, "out")
      .finish("out");
}

TEST(Network, MultipliesActivationsHeadByHead) {
  const Network network = attention();
  EXPECT_EQ(network.edges()[3].shape, (MapShape{1, 5, 15}));
  EXPECT_EQ(network.edges()[4].shape, (MapShape{1, 5, 15}));
  EXPECT_EQ(network.edges()[5].shape, (MapShape{1, 5, 12}));
  EXPECT_EQ(network.edges()[6].shape, (MapShape{1, 5, 12}));
  EXPECT_FALSE(has_weights(network.layer({2})));
}

TEST(Network, CountsThePixelsOfAMapAsTokens) {
  Network::Builder builder = on({2, 3, 4});
  builder.add("one", FullyConnected{4}, {"in"}, "token").add("onto", MatMul{2, true}, {"in", "token"}, "out");
  builder.add("from", MatMul{2, true}, {"token", "in"}, "turned");
  EXPECT_EQ(builder.shape("out"), (MapShape{2, 3, 2}));
  EXPECT_EQ(builder.shape("turned"), (MapShape{1, 1, 12}));
}

TEST(Network, RefusesProductsThatDoNotFit) {
  const MapShape tokens{1, 5, 12};
  const auto product_refusal = [&](MatMul op, std::int64_t filters) {
    return error_message<TraceError>([&] {
      on(tokens).add("b", Convolution{filters, 1, 1}, {"in"}, "b").add("l", op, {"in", "b"}, "out");
    });
  };
  EXPECT_THAT(refusal(tokens, MatMul{}), HasSubstr("a matmul reads 1 edge(s), must be two"));
  EXPECT_THAT(product_refusal({0, true}, 12), HasSubstr("groups is 0"));
  EXPECT_THAT(product_refusal({5, true}, 12), HasSubstr("groups is 5, must divide the 12 input channels"));
  EXPECT_THAT(product_refusal({4, true}, 6), HasSubstr("groups is 4, must divide the 6 input channels"));
  EXPECT_THAT(product_refusal({2, true}, 6), HasSubstr("are 1x5x12 and 1x5x6, must have equal channels"));
  EXPECT_THAT(product_refusal({2, false}, 6),
              HasSubstr("has 12 channels, must have 10: 2 for each pixel of the second input (1x5x6)"));
  EXPECT_THAT(refusal(tokens, Softmax{5}), HasSubstr("groups is 5, must divide the 12 input channels"));
}

TEST(Network, PoolsInCeilModeReachBeyondTheBottomAndTheRight) {
  const auto height = [](std::int64_t size, PoolWindow window) {
    return shape_after({size, window.kernel, 1}, MaxPool{window}).height;
  };
  EXPECT_EQ(height(8, {3, 2}), 3);
  EXPECT_EQ(height(8, {3, 2, {}, true}), 4);
  EXPECT_EQ(height(7, {3, 2, {}, true}), 3);
  // A third window would begin at row 4, in the padding.
  EXPECT_EQ(height(4, {2, 2, {0, 0, 1, 0}, true}), 2);
  EXPECT_EQ(height(4, {2, 2, {1, 0, 0, 0}, true}), 3);
  // With a stride above the kernel, a window may begin behind the map.
  EXPECT_EQ(height(5, {2, 4, {}, true}), 2);
  EXPECT_EQ(height(4, {2, 4, {}, true}), 1);
  EXPECT_EQ(walked_pads({3, 2, {}, true}, {8, 7, 1}), (Pads{0, 0, 1, 0}));
  EXPECT_EQ(walked_pads({3, 2, {1, 0, 0, 1}, true}, {8, 7, 1}), (Pads{1, 0, 0, 2}));
  EXPECT_EQ(walked_pads({3, 2, {}, false}, {8, 7, 1}), (Pads{}));
}

TEST(Network, ListsALayerThatReadsAnEdgeTwiceTwice) {
  const Network network = on({2, 2, 2}).add("twice", Add{}, {"in", "in"}, "out").finish("out");
  EXPECT_EQ(network.consumers(network.input()), (std::vector<LayerId>{{0}, {0}}));
  EXPECT_TRUE(network.consumers(network.output()).empty());
}

void expect_same_after_json(const Network& network) {
  const Network again = Network::from_json(network.to_json());
  EXPECT_EQ(again.to_json(), network.to_json());
  ASSERT_EQ(again.layers().size(), network.layers().size());
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    EXPECT_EQ(again.layers()[i].name, network.layers()[i].name);
    EXPECT_EQ(again.layers()[i].op, network.layers()[i].op);
    EXPECT_EQ(again.layers()[i].inputs, network.layers()[i].inputs);
    EXPECT_EQ(again.layers()[i].output, network.layers()[i].output);
    EXPECT_EQ(again.layers()[i].pointwise, network.layers()[i].pointwise);
  }
  EXPECT_EQ(again.output(), network.output());
}

TEST(Network, IsTheSameAfterJson) {
  expect_same_after_json(every_operator());
  expect_same_after_json(attention());
}

TEST(Network, RefusesConvolutionsThatDoNotFit) {
  const MapShape map{8, 8, 6};
  EXPECT_THAT(refusal(map, Convolution{0, 3, 3}), HasSubstr("filters is 0, must be 1 to 65536"));
  EXPECT_THAT(refusal(map, Convolution{4, 0, 3}), HasSubstr("kernel height is 0"));
  EXPECT_THAT(refusal(map, Convolution{4, 3, 9}), HasSubstr("kernel width is 9, but the padded input has only 8"));
  EXPECT_THAT(refusal(map, Convolution{4, 3, 3, 0}), HasSubstr("stride is 0"));
  EXPECT_THAT(refusal(map, Convolution{4, 3, 3, 1, 4}), HasSubstr("groups is 4, must divide the 6 input channels"));
  EXPECT_THAT(refusal(map, Convolution{4, 3, 3, 1, 3}), HasSubstr("and the 4 filters"));
  EXPECT_THAT(refusal(map, Convolution{4, 3, 3, 1, 1, {3, 0, 0, 0}}), HasSubstr("padding before the height is 3"));
  EXPECT_THAT(refusal(map, Convolution{4, 3, 3, 1, 1, {0, 0, 0, -1}}), HasSubstr("padding after the width is -1"));
}

TEST(Network, RefusesOtherLayersThatDoNotFit) {
  const MapShape map{8, 8, 6};
  EXPECT_THAT(refusal(map, FullyConnected{0}), HasSubstr("outputs is 0"));
  EXPECT_THAT(refusal(map, Subsample{0}), HasSubstr("stride is 0"));
  EXPECT_THAT(refusal(map, ChannelPad{-1, 0}), HasSubstr("before is -1"));
  EXPECT_THAT(refusal(map, Add{}), HasSubstr("must be two or more"));
  EXPECT_THAT(refusal(map, Concat{}), HasSubstr("a concat reads 1 edge(s), must be two or more"));
  EXPECT_THAT(refusal(map, MaxPool{{9, 1}}), HasSubstr("kernel height is 9, but the padded input has only 8"));
  EXPECT_THAT(refusal(map, MaxPool{{0, 1}}), HasSubstr("kernel height is 0"));
  EXPECT_THAT(refusal(map, AveragePool{{2, 0}}), HasSubstr("stride is 0"));
  EXPECT_THAT(refusal(map, AveragePool{{2, 1, {0, 2, 0, 0}}}), HasSubstr("padding before the width is 2"));
  EXPECT_THAT(refusal(map, Pointwise{}), HasSubstr("lists no pointwise operator"));
  EXPECT_THAT(error_message<TraceError>([&] {
                on(map).add("s", Subsample{2}, {"in"}, "half").add("join", Concat{}, {"in", "half"}, "out");
              }),
              HasSubstr("the inputs of a concat are 8x8x6 and 4x4x6, must have equal height and width"));
  EXPECT_THAT(error_message<TraceError>([&] {
                on(map).add("s", Subsample{2}, {"in"}, "half").add("sum", Add{}, {"in", "half"}, "out");
              }),
              HasSubstr("layer 'sum' (add): the inputs of an add are 8x8x6 and 4x4x6"));
}

TEST(Network, RefusesDimensionsThatOverflow) {
  EXPECT_THAT(error_message<TraceError>([] { on({largest, largest, 1}); }), HasSubstr("more than 2147483648 elements"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({largest + 1, 1, 1});
              }),
              HasSubstr("height of the edge 'in' is 65537"));
  EXPECT_THAT(error_message<TraceError>([] { on({1, 0, 1}); }), HasSubstr("width of the edge 'in' is 0"));
  const Convolution huge{largest, largest, largest, 1, 1, {largest - 1, largest - 1, largest - 1, largest - 1}};
  EXPECT_THAT(refusal({1, 1, largest}, huge), HasSubstr("more than 2147483648 elements"));
  EXPECT_THAT(refusal({256, 256, 256}, FullyConnected{largest}), HasSubstr("the weights would have more than"));
  EXPECT_THAT(refusal({1, 1, largest}, ChannelPad{0, 1}), HasSubstr("channels of the edge 'out' is 65537"));
}

TEST(Network, RefusesNamesThatAreNotUniqueOrNotKnown) {
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("l", Subsample{1}, {"gone"}, "out");
              }),
              HasSubstr("edge 'gone' is made by no layer"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("l", Subsample{1}, {"in"}, "in");
              }),
              HasSubstr("edge 'in' is made twice"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("l", Subsample{1}, {"in"}, "a").add("l", Subsample{1}, {"a"}, "b");
              }),
              HasSubstr("the name stands for two layers"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("", Subsample{1}, {"in"}, "a");
              }),
              HasSubstr("layer name '' must have 1 to 256 bytes"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("a\nb", Subsample{1}, {"in"}, "a");
              }),
              HasSubstr("layer name 'a?b'"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("\xFF", Subsample{1}, {"in"}, "a");
              }),
              HasSubstr("is not UTF-8"));
}

TEST(Network, RefusesPoolsInJsonThatItCannotExpress) {
  nlohmann::json object = every_operator().to_json();
  nlohmann::json& pool = object["layers"][5];
  ASSERT_EQ(pool["operator"], "max_pool");
  pool["kernel"] = {2, 3};
  EXPECT_THAT(error_message<TraceError>([&] { Network::from_json(object); }),
              HasSubstr("/layers/5/kernel: is [2, 3]; a pool's kernel must be square"));
  pool["kernel"] = {2, 2};
  pool["ceil_mode"] = 1;
  EXPECT_THAT(error_message<TraceError>([&] { Network::from_json(object); }),
              HasSubstr("/layers/5/ceil_mode: is a JSON number, must be true or false"));
}

TEST(Network, RefusesLooseEnds) {
  EXPECT_THAT(error_message<TraceError>([] { on({1, 1, 1}).finish("in"); }), HasSubstr("no layers"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("a", Subsample{1}, {"in"}, "a").add("b", Subsample{1}, {"in"}, "b").finish("b");
              }),
              HasSubstr("edge 'a' is read by no layer"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("a", Subsample{1}, {"in"}, "a").finish("in");
              }),
              HasSubstr("output edge 'in' is read by a layer"));
  EXPECT_THAT(error_message<TraceError>([] {
                on({1, 1, 1}).add("a", Subsample{1}, {"in"}, "a").finish("x");
              }),
              HasSubstr("edge 'x' is made by no layer"));
}

}  // namespace
}  // namespace millrace::traces
