#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::capture {
namespace {

float bound(const GraphRewriter& rewriter, const onnx::NodeProto& node, int index, const char* attribute,
            float otherwise) {
  if (index >= node.input_size() || node.input(index).empty()) {
    return float_attribute(node, attribute, otherwise);
  }
  const onnx::TensorProto* stored = rewriter.constant(node.input(index));
  const std::vector<float> values = stored == nullptr ? std::vector<float>{} : float_values(*stored);
  if (values.size() != 1) {
    throw CaptureError(fmt::format("{}: the bound {} is no constant number; export the model with constant bounds",
                                   describe(node), traces::in_quotes(node.input(index))));
  }
  return values.front();
}

}  // namespace

void store_clip_bounds(GraphRewriter& rewriter) {
  rewriter.for_each_node([&rewriter](onnx::NodeProto& node) {
    if (node.op_type() != "Clip" || node.input_size() == 0) {
      return;
    }
    const float lowest = bound(rewriter, node, 1, "min", std::numeric_limits<float>::lowest());
    const float highest = bound(rewriter, node, 2, "max", std::numeric_limits<float>::max());
    rewriter.set_inputs(node, {node.input(0)});
    node.clear_attribute();
    set_float_attribute(node, "min", lowest);
    set_float_attribute(node, "max", highest);
  });
}

}  // namespace millrace::capture
