// Folds the integer arithmetic that exporters leave in a graph (amounts of a Pad, target of a Reshape).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "traces/capture/int_tensor.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {

/// Nothing if the tensor is not of integers, has more than 65,536 values, or not as many as its shape says.
std::optional<IntTensor> small_ints(const onnx::TensorProto& tensor);

/// Integer tensors known before any image is seen, by tensor name.
class Constants {
 public:
  /// Starts with the graph's integer initialisers of up to 65,536 values.
  explicit Constants(const onnx::GraphProto& graph);

  /// Null if the tensor is not a known integer constant.
  const IntTensor* find(const std::string& tensor) const;
  void set(const std::string& tensor, IntTensor value);

  /// Evaluates the node if its operator can be folded and its inputs are known; true if it did. Throws CaptureError if
  /// the node's inputs do not fit its operator.
  bool fold(const onnx::NodeProto& node);

 private:
  std::map<std::string, IntTensor> values_;
};

}  // namespace millrace::capture
