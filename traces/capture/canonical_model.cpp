#include "traces/capture/canonical_model.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <variant>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;

constexpr int ir_version = 5;
constexpr int opset = 10;  ///< the last in which Clip and Pad have attributes

/// Weights keep their names, so edges get others.
std::string tensor_of(const std::string& edge) {
  return "edge:" + edge;
}

onnx::ValueInfoProto float_tensor(const std::string& edge) {
  onnx::ValueInfoProto info;
  info.set_name(tensor_of(edge));
  onnx::TypeProto::Tensor& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  // OpenCV wants an output to have a shape, but does not look at it.
  type.mutable_shape();
  return info;
}

Ints pads_of(const traces::Pads& pads) {
  return {pads.top, pads.left, pads.bottom, pads.right};
}

void set_window(onnx::NodeProto& node, const traces::PoolWindow& window, const traces::Pads& pads) {
  set_ints_attribute(node, "kernel_shape", {window.kernel, window.kernel});
  set_ints_attribute(node, "strides", {window.stride, window.stride});
  set_ints_attribute(node, "pads", pads_of(pads));
}

}  // namespace

/// Writes one layer's node.
struct CanonicalModel::LayerWriter {
  CanonicalModel& model;
  const std::string& name;
  const LayerSources& sources;
  const std::vector<std::string>& inputs;  ///< tensors of sources.edges

  void operator()(const traces::Convolution& conv) const {
    onnx::NodeProto& node = model.add_weighted("Conv", name, inputs.front(), sources);
    set_ints_attribute(node, "kernel_shape", {conv.kernel_height, conv.kernel_width});
    set_ints_attribute(node, "strides", {conv.stride, conv.stride});
    set_ints_attribute(node, "pads", pads_of(conv.pads));
    set_int_attribute(node, "group", conv.groups);
  }
  void operator()(const traces::FullyConnected&) const {
    onnx::NodeProto& node = model.add_weighted("Gemm", name, inputs.front(), sources);
    set_int_attribute(node, "transB", 1);
  }
  void operator()(const traces::Add&) const { model.add_node(inputs.size() == 2 ? "Add" : "Sum", name, inputs); }
  void operator()(const traces::Concat&) const { set_int_attribute(model.add_node("Concat", name, inputs), "axis", 1); }
  void operator()(const traces::Subsample& layer) const {
    // Slices with steps are written in another way in every other opset; this picks the same values.
    onnx::NodeProto& node = model.add_node("MaxPool", name, inputs);
    set_window(node, {1, layer.stride, {}, false}, {});
  }
  void operator()(const traces::ChannelPad& layer) const {
    onnx::NodeProto& node = model.add_node("Pad", name, inputs);
    set_string_attribute(node, "mode", "constant");
    set_ints_attribute(node, "pads", {0, layer.before, 0, 0, 0, layer.after, 0, 0});
  }
  void operator()(const traces::GlobalAveragePool&) const { model.add_node("GlobalAveragePool", name, inputs); }
  void operator()(const traces::MaxPool& pool) const {
    onnx::NodeProto& node = model.add_node("MaxPool", name, inputs);
    set_window(node, pool.window, pool.window.pads);
    set_int_attribute(node, "ceil_mode", pool.window.ceil_mode ? 1 : 0);
  }
  void operator()(const traces::AveragePool& pool) const {
    onnx::NodeProto& node = model.add_node("AveragePool", name, inputs);
    set_window(node, pool.window, pool.window.pads);
    set_int_attribute(node, "ceil_mode", pool.window.ceil_mode ? 1 : 0);
    set_int_attribute(node, "count_include_pad", pool.count_include_pad ? 1 : 0);
    if (pool.window.pads != traces::Pads{}) {
      (pool.count_include_pad ? model.counting_pads_ : model.ignoring_pads_).push_back(name);
    }
  }
  void operator()(const traces::Pointwise&) const {}
  void operator()(const traces::MatMul&) const { refuse(); }
  void operator()(const traces::Softmax&) const { refuse(); }
  void operator()(const traces::LayerNorm&) const { refuse(); }

  /// The importer makes no such layer.
  [[noreturn]] void refuse() const {
    throw CaptureError(
        fmt::format("layer {}: products of activations, softmax and layer norms are captured in PyTorch "
                    "only",
                    traces::in_quotes(name)));
  }
};

CanonicalModel::CanonicalModel(const onnx::GraphProto& source, const std::string& input_edge,
                               const traces::MapShape& shape) {
  for (const onnx::TensorProto& tensor : source.initializer()) {
    constants_.emplace(tensor.name(), &tensor);
  }
  model_.set_ir_version(ir_version);
  model_.add_opset_import()->set_version(opset);
  graph().set_name("canonical");
  onnx::ValueInfoProto& input = *graph().add_input();
  input = float_tensor(input_edge);
  for (const std::int64_t size : {std::int64_t{1}, shape.channels, shape.height, shape.width}) {
    input.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(size);
  }
}

void CanonicalModel::add_layer(const std::string& name, const traces::Operator& op, const LayerSources& sources) {
  std::vector<std::string> inputs;
  for (const std::string& edge : sources.edges) {
    const std::string tensor = tensor_of(edge);
    inputs.push_back(sources.is_matrix ? flattened(fmt::format("{}/flat{}", name, inputs.size()), tensor) : tensor);
  }
  std::visit(LayerWriter{*this, name, sources, inputs}, op);
}

void CanonicalModel::add_step(const onnx::NodeProto& node, const std::string& input) {
  onnx::NodeProto& step = *graph().add_node();
  step = node;
  step.set_input(0, tensor_of(input));
  step.set_output(0, tensor_of(node.name()));
  for (int i = 1; i < node.input_size(); ++i) {
    add_constant(node, node.input(i));
  }
}

onnx::ModelProto CanonicalModel::finish(const std::string& output_edge) {
  if (!counting_pads_.empty() && !ignoring_pads_.empty()) {
    throw CaptureError(fmt::format(
        "the padding of average pool {} counts in its divisor, that of {} does not; OpenCV {} computes only "
        "one kind in a model: change count_include_pad of one of them",
        traces::in_quotes(counting_pads_.front()), traces::in_quotes(ignoring_pads_.front()), "4.6"));
  }
  // OpenCV does not read count_include_pad, but takes each framework's default.
  model_.set_producer_name(counting_pads_.empty() ? "millrace" : "pytorch");
  *graph().add_output() = float_tensor(output_edge);
  return std::move(model_);
}

onnx::NodeProto& CanonicalModel::add_node(const std::string& type, const std::string& name,
                                          const std::vector<std::string>& inputs) {
  onnx::NodeProto& node = *graph().add_node();
  node.set_name(name);
  node.set_op_type(type);
  node.mutable_input()->Assign(inputs.begin(), inputs.end());
  node.add_output(tensor_of(name));
  return node;
}

void CanonicalModel::add_constant(const onnx::NodeProto& reader, const std::string& name) {
  const auto found = constants_.find(name);
  if (found == constants_.end()) {
    throw CaptureError(
        fmt::format("{}: input {} must be stored as an initialiser; export the model with constant "
                    "folding",
                    describe(reader), traces::in_quotes(name)));
  }
  if (copied_.insert(name).second) {
    *graph().add_initializer() = *found->second;
  }
}

onnx::NodeProto& CanonicalModel::add_weighted(const std::string& type, const std::string& name,
                                              const std::string& input, const LayerSources& sources) {
  onnx::NodeProto& node = add_node(type, name, {input});
  for (const std::string& initializer : sources.initializers) {
    node.add_input(initializer);
    add_constant(node, initializer);
  }
  return node;
}

std::string CanonicalModel::flattened(const std::string& name, const std::string& tensor) {
  set_int_attribute(add_node("Flatten", name, {tensor}), "axis", 1);
  return tensor_of(name);
}

}  // namespace millrace::capture
