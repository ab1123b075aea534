// Operators that change each value by itself: they are listed in the layer that makes the values.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::capture {

/// What Layer::pointwise calls the node ("relu", "batch_norm", ...); nothing if it is no pointwise operator.
std::optional<std::string> pointwise_name(const onnx::NodeProto& node);

/// ONNX names of all of them, for messages.
std::vector<std::string_view> pointwise_operators();

}  // namespace millrace::capture
