#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/constants.hpp"
#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/capture/tensor_views.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;

void reshape(GraphRewriter& rewriter, onnx::NodeProto& node, const onnx::TensorProto& weights) {
  const onnx::TensorProto* target = node.input_size() == 2 ? rewriter.constant(node.input(1)) : nullptr;
  const std::optional<IntTensor> shape = target == nullptr ? std::nullopt : small_ints(*target);
  if (!shape) {
    return;
  }
  try {
    const Ints result = resolve_reshape({weights.dims().begin(), weights.dims().end()}, shape->values);
    rewriter.bypass(node, rewriter.add_floats(node.output(0) + "/stored", result, float_values(weights)));
  } catch (const CaptureError& error) {
    throw CaptureError(fmt::format("{}: {}", describe(node), error.what()));
  }
}

/// Matrices only: exporters transpose the weights of fully connected layers, nothing else.
void transpose(GraphRewriter& rewriter, onnx::NodeProto& node, const onnx::TensorProto& weights) {
  if (weights.dims_size() == 2 && ints_attribute(node, "perm").value_or(Ints{1, 0}) == Ints{1, 0}) {
    rewriter.bypass(node, rewriter.add_transposed(node.output(0) + "/stored", weights));
  }
}

}  // namespace

void reshape_weights(GraphRewriter& rewriter) {
  rewriter.for_each_node([&rewriter](onnx::NodeProto& node) {
    const onnx::TensorProto* weights = node.input_size() > 0 ? rewriter.constant(node.input(0)) : nullptr;
    if (weights == nullptr || weights->data_type() != onnx::TensorProto::FLOAT || node.output_size() != 1) {
      return;
    }
    if (node.op_type() == "Reshape") {
      reshape(rewriter, node, *weights);
    } else if (node.op_type() == "Transpose") {
      transpose(rewriter, node, *weights);
    }
  });
}

}  // namespace millrace::capture
