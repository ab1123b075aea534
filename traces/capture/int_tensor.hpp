// Small integer tensors: the shapes, axes and amounts that a graph computes for itself.
#pragma once

#include <cstdint>
#include <vector>

namespace millrace::capture {

/// Row-major; no dimensions: a scalar, one value.
struct IntTensor {
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> values;
};

}  // namespace millrace::capture
