// What is done to the values of an edge before any layer reads them, and before they go into the trace.
#pragma once

#include <optional>
#include <span>

#include "traces/code_format.hpp"

namespace millrace::capture {

struct Rounding {
  traces::CodeFormat format;
  int bits = 8;
};

/// Rounds first, then clips: hardware compares the codes that it has with the threshold.
struct EdgeTransform {
  std::optional<Rounding> rounding;
  float threshold = 0.0F;  ///< magnitudes up to it become 0; what is no number stays

  void apply(std::span<float> values) const;
};

}  // namespace millrace::capture
