#include "traces/capture/normalise/graph_rewriter.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {

GraphRewriter::GraphRewriter(onnx::GraphProto& graph) : graph_(graph) {
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    for (const std::string& input : node.input()) {
      readers_[input].insert(&node);
    }
    for (const std::string& output : node.output()) {
      producers_.emplace(output, &node);
    }
  }
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    constants_.emplace(tensor.name(), &tensor);
  }
}

onnx::NodeProto* GraphRewriter::producer(const std::string& tensor) const {
  const auto found = producers_.find(tensor);
  return found == producers_.end() ? nullptr : found->second;
}

const onnx::TensorProto* GraphRewriter::constant(const std::string& tensor) const {
  const auto found = constants_.find(tensor);
  return found == constants_.end() ? nullptr : found->second;
}

bool GraphRewriter::is_output(const std::string& tensor) const {
  return graph_.output(0).name() == tensor;
}

bool GraphRewriter::is_read(const std::string& tensor) const {
  const auto found = readers_.find(tensor);
  return found != readers_.end() && !found->second.empty();
}

bool GraphRewriter::is_only_reader(const onnx::NodeProto& node, const std::string& tensor) const {
  const auto found = readers_.find(tensor);
  return found != readers_.end() && found->second.size() == 1 && *found->second.begin() == &node && !is_output(tensor);
}

std::string GraphRewriter::add_constant(onnx::TensorProto tensor) {
  while (constants_.contains(tensor.name()) || producers_.contains(tensor.name())) {
    tensor.set_name(tensor.name() + "_");
  }
  onnx::TensorProto& added = *graph_.add_initializer();
  added = std::move(tensor);
  constants_.emplace(added.name(), &added);
  return added.name();
}

std::string GraphRewriter::add_floats(const std::string& name, const std::vector<std::int64_t>& shape,
                                      const std::vector<float>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.mutable_dims()->Assign(shape.begin(), shape.end());
  set_float_values(tensor, values);
  return add_constant(std::move(tensor));
}

std::string GraphRewriter::add_transposed(const std::string& name, const onnx::TensorProto& matrix) {
  const std::vector<float> values = float_values(matrix);
  const auto rows = static_cast<std::size_t>(matrix.dims(0));
  const auto columns = static_cast<std::size_t>(matrix.dims(1));
  std::vector<float> result(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      result[column * rows + row] = values[row * columns + column];
    }
  }
  return add_floats(name, {matrix.dims(1), matrix.dims(0)}, result);
}

void GraphRewriter::set_inputs(onnx::NodeProto& node, const std::vector<std::string>& inputs) {
  for (const std::string& input : node.input()) {
    readers_[input].erase(&node);
  }
  node.mutable_input()->Assign(inputs.begin(), inputs.end());
  for (const std::string& input : inputs) {
    readers_[input].insert(&node);
  }
}

void GraphRewriter::bypass(onnx::NodeProto& node, const std::string& tensor) {
  const std::string output = node.output(0);
  // A copy: `tensor` may be one of the node's inputs, which go now.
  const std::string replacement = tensor;  // NOLINT(performance-unnecessary-copy-initialization)
  set_inputs(node, {});
  removed_.insert(&node);
  producers_.erase(output);
  for (onnx::NodeProto* reader : std::exchange(readers_[output], {})) {
    std::replace(reader->mutable_input()->begin(), reader->mutable_input()->end(), output, replacement);
    readers_[replacement].insert(reader);
  }
  if (is_output(output)) {
    graph_.mutable_output(0)->set_name(replacement);
  }
}

void GraphRewriter::finish() {
  google::protobuf::RepeatedPtrField<onnx::NodeProto> kept;
  for (onnx::NodeProto& node : *graph_.mutable_node()) {
    if (!removed_.contains(&node)) {
      kept.Add()->Swap(&node);
    }
  }
  graph_.mutable_node()->Swap(&kept);
  producers_.clear();
  readers_.clear();
  removed_.clear();
}

}  // namespace millrace::capture
