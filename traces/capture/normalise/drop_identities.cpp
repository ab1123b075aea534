#include <fmt/format.h>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {
namespace {

/// From opset 12 on an input says whether a Dropout drops; before, the exporter decides by leaving it in or out.
bool is_training(const GraphRewriter& rewriter, const onnx::NodeProto& node) {
  if (node.input_size() < 3 || node.input(2).empty()) {
    return false;
  }
  const onnx::TensorProto* mode = rewriter.constant(node.input(2));
  return mode == nullptr || (mode->has_raw_data() && mode->raw_data() != std::string(1, '\0')) ||
         (mode->int32_data_size() > 0 && mode->int32_data(0) != 0);
}

/// Exporters cast the bounds of a ReLU6 to what they are already.
bool is_cast_to_its_own_type(const GraphRewriter& rewriter, const onnx::NodeProto& node) {
  const onnx::TensorProto* cast = node.op_type() == "Cast" ? rewriter.constant(node.input(0)) : nullptr;
  return cast != nullptr && int_attribute(node, "to", onnx::TensorProto::UNDEFINED) == cast->data_type();
}

}  // namespace

void drop_identities(GraphRewriter& rewriter) {
  rewriter.for_each_node([&rewriter](onnx::NodeProto& node) {
    if (node.input_size() == 0 || node.output_size() == 0) {
      return;
    }
    const bool is_dropout = node.op_type() == "Dropout";
    if (node.op_type() != "Identity" && !is_dropout && !is_cast_to_its_own_type(rewriter, node)) {
      return;
    }
    if (is_dropout && is_training(rewriter, node)) {
      throw CaptureError(fmt::format("{}: is exported for training; export the model in eval mode", describe(node)));
    }
    rewriter.bypass(node, node.input(0));
  });
}

}  // namespace millrace::capture
