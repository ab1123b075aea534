#include "traces/capture/onnx_tensor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "traces/capture/capture_error.hpp"
#include "traces/checked_product.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::capture {
namespace {

using traces::in_quotes;

struct TensorType {
  int type;
  std::int64_t bytes;                       ///< of one value in raw_data
  int (onnx::TensorProto::*count)() const;  ///< values in the field that is used without raw_data
};

/// One line a type.
constexpr std::array types = {
    TensorType{onnx::TensorProto::FLOAT, 4, &onnx::TensorProto::float_data_size},
    TensorType{onnx::TensorProto::DOUBLE, 8, &onnx::TensorProto::double_data_size},
    TensorType{onnx::TensorProto::INT64, 8, &onnx::TensorProto::int64_data_size},
    TensorType{onnx::TensorProto::INT32, 4, &onnx::TensorProto::int32_data_size},
    TensorType{onnx::TensorProto::BOOL, 1, &onnx::TensorProto::int32_data_size},
};

}  // namespace

void check_values(const onnx::TensorProto& tensor) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    throw CaptureError(
        fmt::format("keeps the values of tensor {} in another file; export it as one file", in_quotes(tensor.name())));
  }
  const auto* type = std::find_if(types.begin(), types.end(),
                                  [&tensor](const TensorType& line) { return line.type == tensor.data_type(); });
  if (type == types.end()) {
    throw CaptureError(
        fmt::format("tensor {} is of ONNX type {}, which is not supported; export the model in 32-bit floating point",
                    in_quotes(tensor.name()), tensor.data_type()));
  }
  const std::vector<std::int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  const std::optional<std::int64_t> values =
      traces::checked_product(shape, std::numeric_limits<std::int64_t>::max() / type->bytes);
  const auto held = tensor.has_raw_data() ? static_cast<std::int64_t>(tensor.raw_data().size())
                                          : std::int64_t{(tensor.*type->count)()} * type->bytes;
  if (!values || *values * type->bytes != held) {
    throw CaptureError(
        fmt::format("tensor {} holds {} bytes of values, which is not what its shape says; export the model again",
                    in_quotes(tensor.name()), held));
  }
}

std::vector<float> float_values(const onnx::TensorProto& tensor) {
  check_values(tensor);
  if (tensor.data_type() != onnx::TensorProto::FLOAT) {
    throw CaptureError(
        fmt::format("tensor {} is of ONNX type {}, must be FLOAT; export the model in 32-bit floating point",
                    in_quotes(tensor.name()), tensor.data_type()));
  }
  if (!tensor.has_raw_data()) {
    return {tensor.float_data().begin(), tensor.float_data().end()};
  }
  std::vector<float> values(tensor.raw_data().size() / sizeof(float));
  std::memcpy(values.data(), tensor.raw_data().data(), values.size() * sizeof(float));
  return values;
}

void set_float_values(onnx::TensorProto& tensor, const std::vector<float>& values) {
  tensor.clear_float_data();
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
}

}  // namespace millrace::capture
