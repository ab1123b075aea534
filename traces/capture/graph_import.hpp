// From an ONNX graph to the network that Millrace simulates.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "traces/capture/onnx_model.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

/// Where a layer's weights are in the model.
struct WeightSource {
  std::string initializer;
  std::optional<traces::MapShape> flattened;  ///< the map that a fully connected layer reads channel by channel
};

struct ImportedGraph {
  traces::Network network;
  onnx::ModelProto model;                       ///< the same network, for OpenCV; holds the weights
  std::map<std::size_t, WeightSource> weights;  ///< by LayerId::index
};

/// Takes a graph that normalise() has changed. Layers are named as their ONNX node. A pointwise operator becomes part
/// of the layer before it, or, if that is not its alone, a layer of its own. Edges are named as the node that makes
/// them, the last pointwise one if there is one; the input edge as the graph's input. Throws CaptureError or
/// traces::TraceError naming the node: operators that are not known, or known ones in a form that is not.
ImportedGraph import_graph(const onnx::GraphProto& graph, const std::string& network_name);

}  // namespace millrace::capture
