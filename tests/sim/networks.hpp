// Small networks, each with one thing in it that a planner or a pipeline could get wrong.
#pragma once

#include "traces/network.hpp"

namespace millrace::test {

/// conv 3x3, conv 3x3 of stride 2, fully connected over the whole map.
traces::Network chain_network();
/// A residual block whose shortcut is the edge itself, pooled, fully connected.
traces::Network residual_network();
/// A residual block of stride 2 whose shortcut is a Subsample and a ChannelPad.
traces::Network strided_shortcut_network();
/// Two such blocks behind each other.
traces::Network two_strided_shortcuts_network();
/// A shortcut whose ChannelPad makes sixteen words of one.
traces::Network widened_shortcut_network();
/// A residual block of stride 2 whose shortcut is a 1x1 convolution.
traces::Network convolved_shortcut_network();
/// Two residual blocks, one inside the long branch of the other.
traces::Network nested_network();
/// An edge that three layers read: both inputs of a chain of joins and a convolution.
traces::Network three_readers_network();
/// The network's input goes to a convolution and straight to the join.
traces::Network forked_input_network();
/// A layer that reads an edge twice: x + x.
traces::Network doubled_network();
/// A depthwise convolution (8 groups of one channel) and a grouped one (2 groups of 4).
traces::Network grouped_network();
/// SqueezeNet's fire module: a pool, and two branches of a 1x1 and a 3x3 convolution that are joined along the
/// channels.
traces::Network fire_network();
/// Three branches of different lengths and channels, the shortest the edge itself, and a residual block around them.
traces::Network inception_network();
/// ResNet v2: a batch norm on the image, and one behind a sum whose bare values skip it.
traces::Network preactivation_network();
/// A map of 2 x 2 pixels and a long branch that holds several images of it at once.
traces::Network tiny_deep_network();

}  // namespace millrace::test
