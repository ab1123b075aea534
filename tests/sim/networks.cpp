#include "tests/sim/networks.hpp"

namespace millrace::test {
namespace {

using traces::Add;
using traces::ChannelPad;
using traces::Concat;
using traces::Convolution;
using traces::FullyConnected;
using traces::GlobalAveragePool;
using traces::MaxPool;
using traces::Network;
using traces::Pointwise;
using traces::Subsample;

Convolution conv3x3(std::int64_t filters, std::int64_t stride = 1, std::int64_t groups = 1) {
  return {filters, 3, 3, stride, groups, {1, 1, 1, 1}};
}

}  // namespace

Network chain_network() {
  return Network::Builder("chain", "in", {8, 6, 4})
      .add("conv1", conv3x3(8), {"in"}, "a", {"relu"})
      .add("conv2", conv3x3(12, 2), {"a"}, "b", {"relu"})
      .add("fc", FullyConnected{10}, {"b"}, "out")
      .finish("out");
}

Network residual_network() {
  return Network::Builder("residual", "in", {6, 7, 3})
      .add("stem", conv3x3(4), {"in"}, "x", {"relu"})
      .add("conv1", conv3x3(4), {"x"}, "a", {"relu"})
      .add("conv2", conv3x3(4), {"a"}, "b")
      .add("add", Add{}, {"b", "x"}, "y", {"relu"})
      .add("pool", GlobalAveragePool{}, {"y"}, "p")
      .add("fc", FullyConnected{10}, {"p"}, "out")
      .finish("out");
}

Network strided_shortcut_network() {
  return Network::Builder("strided", "in", {8, 6, 4})
      .add("stem", conv3x3(4), {"in"}, "x", {"relu"})
      .add("conv1", conv3x3(8, 2), {"x"}, "a", {"relu"})
      .add("conv2", conv3x3(8), {"a"}, "b")
      .add("slice", Subsample{2}, {"x"}, "s")
      .add("pad", ChannelPad{2, 2}, {"s"}, "t")
      .add("add", Add{}, {"b", "t"}, "out", {"relu"})
      .finish("out");
}

Network two_strided_shortcuts_network() {
  return Network::Builder("two", "in", {8, 8, 4})
      .add("conv1", conv3x3(8, 2), {"in"}, "a", {"relu"})
      .add("conv2", conv3x3(8), {"a"}, "b")
      .add("slice1", Subsample{2}, {"in"}, "s")
      .add("pad1", ChannelPad{2, 2}, {"s"}, "t")
      .add("add1", Add{}, {"b", "t"}, "x", {"relu"})
      .add("conv3", conv3x3(16, 2), {"x"}, "c", {"relu"})
      .add("conv4", conv3x3(16), {"c"}, "d")
      .add("slice2", Subsample{2}, {"x"}, "u")
      .add("pad2", ChannelPad{4, 4}, {"u"}, "v")
      .add("add2", Add{}, {"d", "v"}, "out", {"relu"})
      .finish("out");
}

Network widened_shortcut_network() {
  return Network::Builder("widened", "in", {5, 5, 2})
      .add("conv1", conv3x3(32), {"in"}, "a", {"relu"})
      .add("conv2", conv3x3(32), {"a"}, "b")
      .add("pad", ChannelPad{14, 16}, {"in"}, "t")
      .add("add", Add{}, {"b", "t"}, "out", {"relu"})
      .finish("out");
}

Network convolved_shortcut_network() {
  return Network::Builder("convolved", "in", {8, 6, 4})
      .add("stem", conv3x3(4), {"in"}, "x", {"relu"})
      .add("conv1", conv3x3(8, 2), {"x"}, "a", {"relu"})
      .add("conv2", conv3x3(8), {"a"}, "b")
      .add("short", Convolution{8, 1, 1, 2}, {"x"}, "s")
      .add("add", Add{}, {"b", "s"}, "out", {"relu"})
      .finish("out");
}

Network nested_network() {
  return Network::Builder("nested", "in", {6, 6, 2})
      .add("stem", conv3x3(4), {"in"}, "x", {"relu"})
      .add("conv1", conv3x3(4), {"x"}, "a", {"relu"})
      .add("conv2", conv3x3(4), {"a"}, "b")
      .add("inner", Add{}, {"b", "a"}, "c", {"relu"})
      .add("conv3", conv3x3(4), {"c"}, "d")
      .add("outer", Add{}, {"d", "x"}, "out", {"relu"})
      .finish("out");
}

Network three_readers_network() {
  return Network::Builder("three", "in", {5, 6, 4})
      .add("stem", conv3x3(4), {"in"}, "x", {"relu"})
      .add("conv1", conv3x3(4), {"x"}, "a")
      .add("first", Add{}, {"a", "x"}, "y", {"relu"})
      .add("conv2", conv3x3(4), {"y"}, "b")
      .add("second", Add{}, {"b", "x"}, "out", {"relu"})
      .finish("out");
}

Network forked_input_network() {
  return Network::Builder("forked", "in", {6, 5, 4})
      .add("conv", conv3x3(4), {"in"}, "a", {"relu"})
      .add("add", Add{}, {"a", "in"}, "out")
      .finish("out");
}

Network doubled_network() {
  return Network::Builder("doubled", "in", {4, 4, 4})
      .add("conv", conv3x3(4), {"in"}, "x", {"relu"})
      .add("twice", Add{}, {"x", "x"}, "out")
      .finish("out");
}

Network grouped_network() {
  return Network::Builder("grouped", "in", {6, 6, 8})
      .add("depthwise", conv3x3(8, 1, 8), {"in"}, "a", {"relu"})
      .add("grouped", conv3x3(12, 1, 2), {"a"}, "b", {"relu"})
      .add("pointwise", Convolution{16, 1, 1}, {"b"}, "out")
      .finish("out");
}

Network fire_network() {
  return Network::Builder("fire", "in", {12, 20, 4})
      .add("pool", MaxPool{{3, 2, {}, true}}, {"in"}, "p")
      .add("squeeze", Convolution{4, 1, 1}, {"p"}, "x", {"relu"})
      .add("expand1", Convolution{8, 1, 1}, {"x"}, "a", {"relu"})
      .add("expand3", conv3x3(12), {"x"}, "b", {"relu"})
      .add("concat", Concat{}, {"a", "b"}, "y")
      .add("last", Convolution{6, 1, 1}, {"y"}, "out")
      .finish("out");
}

Network inception_network() {
  return Network::Builder("inception", "in", {7, 6, 4})
      .add("stem", conv3x3(4), {"in"}, "x", {"relu"})
      .add("long1", conv3x3(2), {"x"}, "a", {"relu"})
      .add("long2", conv3x3(2), {"a"}, "b", {"relu"})
      .add("short", conv3x3(6), {"x"}, "c", {"relu"})
      .add("concat", Concat{}, {"b", "x", "c"}, "y")
      .add("narrow", Convolution{4, 1, 1}, {"y"}, "z")
      .add("add", Add{}, {"z", "x"}, "out")
      .finish("out");
}

Network preactivation_network() {
  return Network::Builder("preactivation", "in", {8, 8, 3})
      .add("norm", Pointwise{}, {"in"}, "n", {"batch_norm"})
      .add("stem", Convolution{8, 7, 7, 2, 1, {3, 3, 3, 3}}, {"n"}, "x", {"relu"})
      .add("conv1", conv3x3(8), {"x"}, "a")
      .add("add1", Add{}, {"a", "x"}, "y")
      .add("act", Pointwise{}, {"y"}, "z", {"batch_norm", "relu"})
      .add("conv2", conv3x3(8), {"z"}, "b")
      .add("add2", Add{}, {"b", "y"}, "s")
      .add("last", Pointwise{}, {"s"}, "out", {"batch_norm", "relu"})
      .finish("out");
}

Network tiny_deep_network() {
  return Network::Builder("tiny", "in", {2, 2, 2})
      .add("stem", conv3x3(2), {"in"}, "x", {"relu"})
      .add("conv1", conv3x3(2), {"x"}, "a", {"relu"})
      .add("conv2", conv3x3(2), {"a"}, "b", {"relu"})
      .add("conv3", conv3x3(2), {"b"}, "c", {"relu"})
      .add("conv4", conv3x3(2), {"c"}, "d")
      .add("add", Add{}, {"d", "x"}, "out", {"relu"})
      .finish("out");
}

}  // namespace millrace::test
