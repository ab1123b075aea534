// The network written down as ONNX again, in the one form that OpenCV 4.6 reads as it is meant: explicit pads, no
// arithmetic on shapes, one node a layer and pointwise step.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "traces/network.hpp"

namespace millrace::capture {

/// What a layer's node reads.
struct LayerSources {
  std::vector<std::string> edges;         ///< of the network
  std::vector<std::string> initializers;  ///< of the source graph: weights, and bias if there is one
  bool is_matrix = false;                 ///< the edges are read as [1, C], not as [1, C, H, W]
};

/// Built layer by layer beside the Network. Nodes keep their names; weights are copied from the source as they are
/// asked for, under theirs.
class CanonicalModel {
 public:
  /// `source` outlives this.
  CanonicalModel(const onnx::GraphProto& source, const std::string& input_edge, const traces::MapShape& shape);

  /// A Pointwise layer has no node but its steps.
  void add_layer(const std::string& name, const traces::Operator& op, const LayerSources& sources);
  /// A pointwise node of the source, behind the layer, step or edge `input`.
  void add_step(const onnx::NodeProto& node, const std::string& input);
  /// Throws CaptureError if OpenCV could not compute all averages right.
  onnx::ModelProto finish(const std::string& output_edge);

 private:
  struct LayerWriter;

  onnx::GraphProto& graph() { return *model_.mutable_graph(); }
  onnx::NodeProto& add_node(const std::string& type, const std::string& name, const std::vector<std::string>& inputs);
  void add_constant(const onnx::NodeProto& reader, const std::string& name);
  onnx::NodeProto& add_weighted(const std::string& type, const std::string& name, const std::string& input,
                                const LayerSources& sources);
  std::string flattened(const std::string& name, const std::string& tensor);

  onnx::ModelProto model_;
  std::unordered_map<std::string, const onnx::TensorProto*> constants_;  ///< of the source, by name
  std::unordered_set<std::string> copied_;
  std::vector<std::string> counting_pads_;  ///< average pools in whose divisor padding counts
  std::vector<std::string> ignoring_pads_;  ///< average pools with padding that does not
};

/// Puts a node of type `operator_type` between each of these edges and everything that reads it. The node is called
/// transform_node(edge).
void insert_transforms(onnx::GraphProto& graph, const std::vector<std::string>& edges,
                       const std::string& operator_type);
std::string transform_node(const std::string& edge);

}  // namespace millrace::capture
