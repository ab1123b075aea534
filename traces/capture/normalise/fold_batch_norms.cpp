#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {
namespace {

/// In double, and rounded once: a fold must not move what is zero.
struct Affine {
  std::vector<double> scale;
  std::vector<double> shift;
};

std::optional<Affine> affine_of(const GraphRewriter& rewriter, const onnx::NodeProto& node, std::size_t channels) {
  constexpr int parameters = 4;
  std::vector<std::vector<float>> values;
  for (int i = 1; i <= parameters; ++i) {
    const onnx::TensorProto* tensor = i < node.input_size() ? rewriter.constant(node.input(i)) : nullptr;
    values.push_back(tensor == nullptr ? std::vector<float>{} : float_values(*tensor));
    if (values.back().size() != channels) {
      return std::nullopt;
    }
  }
  constexpr float usual_epsilon = 1e-5F;
  const double epsilon = float_attribute(node, "epsilon", usual_epsilon);
  Affine result;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const double scale = values[0][channel] / std::sqrt(values[3][channel] + epsilon);
    result.scale.push_back(scale);
    result.shift.push_back(values[1][channel] - scale * values[2][channel]);
  }
  return result;
}

/// Outputs of a Conv or Gemm, whose weights are one output's after the other's; nothing if it is written otherwise.
std::optional<std::size_t> outputs_of(const onnx::NodeProto& layer, const onnx::TensorProto& weights) {
  const bool is_gemm = layer.op_type() == "Gemm";
  const bool is_turned = is_gemm && int_attribute(layer, "transB", 0) == 0;
  if (weights.data_type() != onnx::TensorProto::FLOAT || weights.dims_size() != (is_gemm ? 2 : 4) || is_turned ||
      weights.dims(0) < 1) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(weights.dims(0));
}

bool is_plain(const onnx::NodeProto& layer) {
  return layer.op_type() == "Conv" ||
         (float_attribute(layer, "alpha", 1.0F) == 1.0F && float_attribute(layer, "beta", 1.0F) == 1.0F);
}

void fold_into(GraphRewriter& rewriter, onnx::NodeProto& layer, onnx::NodeProto& norm) {
  const onnx::TensorProto* weights = layer.input_size() > 1 ? rewriter.constant(layer.input(1)) : nullptr;
  const std::optional<std::size_t> outputs = weights == nullptr ? std::nullopt : outputs_of(layer, *weights);
  const std::optional<Affine> affine = outputs ? affine_of(rewriter, norm, *outputs) : std::nullopt;
  if (!affine || !is_plain(layer)) {
    return;
  }
  std::vector<float> bias(*outputs, 0.0F);
  if (layer.input_size() > 2 && !layer.input(2).empty()) {
    const onnx::TensorProto* stored = rewriter.constant(layer.input(2));
    bias = stored == nullptr ? std::vector<float>{} : float_values(*stored);
    if (bias.size() != *outputs) {
      return;
    }
  }
  std::vector<float> values = float_values(*weights);
  const std::size_t inputs = values.size() / *outputs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(values[i] * affine->scale[i / inputs]);
  }
  for (std::size_t output = 0; output < *outputs; ++output) {
    bias[output] = static_cast<float>(bias[output] * affine->scale[output] + affine->shift[output]);
  }
  const std::vector<std::int64_t> shape(weights->dims().begin(), weights->dims().end());
  rewriter.set_inputs(layer, {layer.input(0), rewriter.add_floats(layer.name() + "/weights", shape, values),
                              rewriter.add_floats(layer.name() + "/bias", {weights->dims(0)}, bias)});
  rewriter.bypass(norm, layer.output(0));
}

}  // namespace

void fold_batch_norms(GraphRewriter& rewriter) {
  rewriter.for_each_node([&rewriter](onnx::NodeProto& node) {
    if (node.op_type() != "BatchNormalization" || node.input_size() == 0 || node.output_size() != 1) {
      return;
    }
    if (int_attribute(node, "training_mode", 0) != 0) {
      throw CaptureError(fmt::format("{}: is exported for training; export the model in eval mode", describe(node)));
    }
    onnx::NodeProto* layer = rewriter.producer(node.input(0));
    const bool has_weights = layer != nullptr && (layer->op_type() == "Conv" || layer->op_type() == "Gemm");
    if (has_weights && layer->output_size() == 1 && rewriter.is_only_reader(node, layer->output(0))) {
      fold_into(rewriter, *layer, node);
    }
  });
}

}  // namespace millrace::capture
