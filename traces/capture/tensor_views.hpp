// What ONNX's Slice and Reshape mean for a tensor whose shape is known.
#pragma once

#include <cstdint>
#include <vector>

#include "traces/capture/int_tensor.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {

/// Indices start, start + step, ..., `count` of them.
struct SliceRange {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

/// One range an axis of `shape`. `parameters` are the node's inputs after the data: starts, ends, axes, steps; null or
/// left out where the node has none (before opset 10 they are attributes). Throws CaptureError if they do not fit.
std::vector<SliceRange> slice_ranges(const onnx::NodeProto& node, const std::vector<std::int64_t>& shape,
                                     const std::vector<const IntTensor*>& parameters);

/// The shape that a Reshape to `target` makes: 0 keeps a dimension, one -1 takes what is left. Throws CaptureError if
/// the number of elements would change.
std::vector<std::int64_t> resolve_reshape(const std::vector<std::int64_t>& shape,
                                          const std::vector<std::int64_t>& target);

}  // namespace millrace::capture
