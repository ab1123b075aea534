// Changes an ONNX graph in place, keeping track of who makes and who reads each tensor.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace millrace::capture {

/// Nodes that a rule removes stay in the graph until finish(), so that references to nodes stay valid.
class GraphRewriter {
 public:
  explicit GraphRewriter(onnx::GraphProto& graph);

  /// Calls `rule(node)` for every node that is still there, in the order of the graph.
  template <class Rule>
  void for_each_node(Rule rule) {
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      if (!removed_.contains(&node)) {
        rule(node);
      }
    }
  }

  /// Null if the tensor is an input or an initialiser, or is made by no node.
  onnx::NodeProto* producer(const std::string& tensor) const;
  /// Null if the tensor is no initialiser.
  const onnx::TensorProto* constant(const std::string& tensor) const;
  bool is_output(const std::string& tensor) const;
  bool is_read(const std::string& tensor) const;
  /// True if `node` alone reads the tensor, which is not the graph's output either.
  bool is_only_reader(const onnx::NodeProto& node, const std::string& tensor) const;

  /// Adds an initialiser of the given name, or of one like it if that is taken; returns its name.
  std::string add_constant(onnx::TensorProto tensor);
  std::string add_floats(const std::string& name, const std::vector<std::int64_t>& shape,
                         const std::vector<float>& values);
  /// The transpose of a matrix. Throws CaptureError if it is not of floats.
  std::string add_transposed(const std::string& name, const onnx::TensorProto& matrix);
  void set_inputs(onnx::NodeProto& node, const std::vector<std::string>& inputs);
  /// Whatever reads the node's first output reads `tensor` instead, and the node goes.
  void bypass(onnx::NodeProto& node, const std::string& tensor);
  /// Takes the removed nodes out of the graph.
  void finish();

 private:
  onnx::GraphProto& graph_;
  std::unordered_map<std::string, onnx::NodeProto*> producers_;
  std::unordered_map<std::string, std::set<onnx::NodeProto*>> readers_;
  std::unordered_map<std::string, const onnx::TensorProto*> constants_;
  std::unordered_set<const onnx::NodeProto*> removed_;
};

}  // namespace millrace::capture
