// The values of one tensor in an ONNX file.
#pragma once

#include <onnx/onnx_pb.h>

#include <vector>

namespace millrace::capture {

/// Throws CaptureError if the tensor does not hold as many values as its shape says, or keeps them in another file, or
/// is of a type that no supported model has.
void check_values(const onnx::TensorProto& tensor);

/// Values of a FLOAT tensor, row-major; throws CaptureError for another type, or where check_values() does.
std::vector<float> float_values(const onnx::TensorProto& tensor);
void set_float_values(onnx::TensorProto& tensor, const std::vector<float>& values);

}  // namespace millrace::capture
