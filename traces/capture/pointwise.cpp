#include "traces/capture/pointwise.hpp"

#include <algorithm>
#include <array>

#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {
namespace {

struct PointwiseOperator {
  std::string_view operator_type;
  std::string_view name;
};

/// One line an operator.
constexpr std::array operators = {
    PointwiseOperator{"Relu", "relu"},
    PointwiseOperator{"Clip", "clip"},
    PointwiseOperator{"BatchNormalization", "batch_norm"},
    PointwiseOperator{"LeakyRelu", "leaky_relu"},
    PointwiseOperator{"PRelu", "prelu"},
    PointwiseOperator{"Elu", "elu"},
    PointwiseOperator{"Sigmoid", "sigmoid"},
    PointwiseOperator{"HardSigmoid", "hard_sigmoid"},
    PointwiseOperator{"HardSwish", "hard_swish"},
    PointwiseOperator{"Tanh", "tanh"},
};

bool is_relu6(const onnx::NodeProto& node) {
  constexpr float six = 6.0F;
  return node.op_type() == "Clip" && float_attribute(node, "min", -1.0F) == 0.0F &&
         float_attribute(node, "max", -1.0F) == six;
}

}  // namespace

std::optional<std::string> pointwise_name(const onnx::NodeProto& node) {
  const auto* found = std::find_if(operators.begin(), operators.end(), [&node](const PointwiseOperator& line) {
    return line.operator_type == node.op_type();
  });
  if (!is_standard(node) || found == operators.end()) {
    return std::nullopt;
  }
  return is_relu6(node) ? "relu6" : std::string(found->name);
}

std::vector<std::string_view> pointwise_operators() {
  std::vector<std::string_view> result;
  for (const PointwiseOperator& line : operators) {
    result.push_back(line.operator_type);
  }
  return result;
}

}  // namespace millrace::capture
