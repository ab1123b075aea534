#include <string>
#include <vector>

#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {

void make_gemms(GraphRewriter& rewriter) {
  rewriter.for_each_node([&rewriter](onnx::NodeProto& node) {
    const bool is_untransposed_gemm = node.op_type() == "Gemm" && int_attribute(node, "transB", 0) == 0;
    if ((node.op_type() != "MatMul" && !is_untransposed_gemm) || node.input_size() < 2) {
      return;
    }
    const onnx::TensorProto* weights = rewriter.constant(node.input(1));
    if (weights == nullptr || weights->dims_size() != 2 || rewriter.constant(node.input(0)) != nullptr) {
      return;
    }
    std::vector<std::string> inputs(node.input().begin(), node.input().end());
    inputs[1] = rewriter.add_transposed(node.name() + "/weights", *weights);
    rewriter.set_inputs(node, inputs);
    node.set_op_type("Gemm");
    remove_attribute(node, "transB");
    set_int_attribute(node, "transB", 1);
  });
}

}  // namespace millrace::capture
