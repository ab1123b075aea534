#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {
namespace {

/// What a constant beside a tensor must fit: its axes, of which the second is the channels.
struct Channels {
  std::int64_t count = 0;
  int rank = 0;
};

/// value * scale + shift, one of each a channel.
struct Affine {
  std::vector<float> scale;
  std::vector<float> shift;
};

class AffineRule {
 public:
  AffineRule(GraphRewriter& rewriter, const onnx::ValueInfoProto& input) : rewriter_(rewriter) {
    const onnx::TensorShapeProto& shape = input.type().tensor_type().shape();
    if (shape.dim_size() > 1) {
      channels_[input.name()] = {shape.dim(1).dim_value(), shape.dim_size()};
    }
  }

  void operator()(onnx::NodeProto& node) {
    if (node.output_size() == 0) {
      return;
    }
    if (node.input_size() == 2) {
      replace(node);
    }
    if (const std::optional<Channels> found = channels_made_by(node)) {
      channels_[node.output(0)] = *found;
    }
  }

 private:
  void replace(onnx::NodeProto& node) {
    const onnx::TensorProto* first = rewriter_.constant(node.input(0));
    const onnx::TensorProto* second = rewriter_.constant(node.input(1));
    if ((first == nullptr) == (second == nullptr)) {
      return;
    }
    const bool is_behind = second != nullptr;
    const onnx::TensorProto& constant = is_behind ? *second : *first;
    const std::string tensor = node.input(is_behind ? 0 : 1);
    const auto channels = channels_.find(tensor);
    if (channels == channels_.end() || constant.data_type() != onnx::TensorProto::FLOAT ||
        !fits(constant, channels->second)) {
      return;
    }
    std::vector<float> values = float_values(constant);
    values.resize(static_cast<std::size_t>(channels->second.count), values.front());
    const std::optional<Affine> affine = affine_of(node.op_type(), is_behind, values);
    if (!affine) {
      return;
    }
    const Shape shape = {channels->second.count};
    const std::string prefix = node.name() + "/";
    node.set_op_type("BatchNormalization");
    rewriter_.set_inputs(node, {tensor, rewriter_.add_floats(prefix + "scale", shape, affine->scale),
                                rewriter_.add_floats(prefix + "shift", shape, affine->shift),
                                rewriter_.add_floats(prefix + "mean", shape, std::vector<float>(values.size(), 0.0F)),
                                rewriter_.add_floats(prefix + "var", shape, std::vector<float>(values.size(), 1.0F))});
    node.clear_attribute();
    set_float_attribute(node, "epsilon", 0.0F);
  }

  using Shape = std::vector<std::int64_t>;

  /// Shapes are aligned at their last axis: [C, 1, 1] beside a map, [C] beside a matrix, one value beside anything.
  static bool fits(const onnx::TensorProto& constant, const Channels& channels) {
    if (constant.dims_size() > channels.rank || channels.count < 1) {
      return false;
    }
    const int channel_axis = constant.dims_size() - channels.rank + 1;
    for (int axis = 0; axis < constant.dims_size(); ++axis) {
      const bool is_one_a_channel = axis == channel_axis && constant.dims(axis) == channels.count;
      if (constant.dims(axis) != 1 && !is_one_a_channel) {
        return false;
      }
    }
    return true;
  }

  static std::optional<Affine> affine_of(std::string_view operator_type, bool is_behind,
                                         const std::vector<float>& values) {
    Affine result{std::vector<float>(values.size(), 1.0F), std::vector<float>(values.size(), 0.0F)};
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (operator_type == "Add") {
        result.shift[i] = values[i];
      } else if (operator_type == "Sub") {
        result.scale[i] = is_behind ? 1.0F : -1.0F;
        result.shift[i] = is_behind ? -values[i] : values[i];
      } else if (operator_type == "Mul") {
        result.scale[i] = values[i];
      } else if (operator_type == "Div" && is_behind) {
        result.scale[i] = 1.0F / values[i];
      } else {
        return std::nullopt;
      }
    }
    return result;
  }

  std::optional<Channels> channels_made_by(const onnx::NodeProto& node) const {
    static const std::set<std::string_view> keeping = {
        "Relu",        "Clip", "LeakyRelu",         "PRelu",         "Sigmoid",
        "Tanh",        "Elu",  "HardSigmoid",       "HardSwish",     "MaxPool",
        "AveragePool", "Add",  "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization",
        "Mul"};
    if (node.input_size() > 1 && (node.op_type() == "Conv" || node.op_type() == "Gemm")) {
      const onnx::TensorProto* weights = rewriter_.constant(node.input(1));
      const bool is_conv = node.op_type() == "Conv";
      if (weights == nullptr || weights->dims_size() != (is_conv ? 4 : 2)) {
        return std::nullopt;
      }
      const bool is_transposed = !is_conv && int_attribute(node, "transB", 0) == 0;
      return Channels{weights->dims(is_transposed ? 1 : 0), weights->dims_size()};
    }
    const auto input = node.input_size() == 0 ? channels_.end() : channels_.find(node.input(0));
    return keeping.contains(node.op_type()) && input != channels_.end() ? std::optional(input->second) : std::nullopt;
  }

  GraphRewriter& rewriter_;
  std::unordered_map<std::string, Channels> channels_;  ///< by tensor, as far as they are known
};

}  // namespace

void make_batch_norms(GraphRewriter& rewriter, const onnx::ValueInfoProto& input) {
  rewriter.for_each_node([rule = AffineRule(rewriter, input)](onnx::NodeProto& node) mutable { rule(node); });
}

}  // namespace millrace::capture
