#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {

std::vector<std::string> cut_softmax(GraphRewriter& rewriter) {
  std::vector<std::string> left_out;
  rewriter.for_each_node([&](onnx::NodeProto& node) {
    const bool is_softmax = node.op_type() == "Softmax" || node.op_type() == "LogSoftmax";
    if (is_softmax && node.input_size() == 1 && node.output_size() == 1 && rewriter.is_output(node.output(0)) &&
        !rewriter.is_read(node.output(0))) {
      left_out.push_back(describe(node));
      rewriter.bypass(node, node.input(0));
    }
  });
  return left_out;
}

}  // namespace millrace::capture
