#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {
namespace {

onnx::TensorProto value_of(const onnx::NodeProto& node) {
  onnx::TensorProto tensor;
  if (const onnx::AttributeProto* value = find_attribute(node, "value"); value != nullptr && value->has_t()) {
    tensor = value->t();
  } else if (const onnx::AttributeProto* number = find_attribute(node, "value_float")) {
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.add_float_data(number->f());
  } else if (const onnx::AttributeProto* numbers = find_attribute(node, "value_floats")) {
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.add_dims(numbers->floats_size());
    *tensor.mutable_float_data() = numbers->floats();
  } else if (const onnx::AttributeProto* integer = find_attribute(node, "value_int")) {
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_int64_data(integer->i());
  } else if (const onnx::AttributeProto* integers = find_attribute(node, "value_ints")) {
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(integers->ints_size());
    *tensor.mutable_int64_data() = integers->ints();
  } else {
    throw CaptureError(
        fmt::format("{}: its value is no tensor and no number; export the model without it", describe(node)));
  }
  return tensor;
}

}  // namespace

void store_constants(GraphRewriter& rewriter) {
  rewriter.for_each_node([&rewriter](onnx::NodeProto& node) {
    if (node.op_type() == "Constant" && node.output_size() == 1) {
      onnx::TensorProto tensor = value_of(node);
      tensor.set_name(node.output(0));
      rewriter.bypass(node, rewriter.add_constant(std::move(tensor)));
    }
  });
}

}  // namespace millrace::capture
