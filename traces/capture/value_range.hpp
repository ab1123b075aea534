// Which values occur, and what codes they ask for.
#pragma once

#include <span>

#include "traces/trace_writer.hpp"

namespace millrace::capture {

class ValueRange {
 public:
  void add(std::span<const float> values);
  /// Signed only where negative values occur; the scale maps the largest magnitude to the largest code.
  traces::CodeFormat code_format() const;

 private:
  float lowest_ = 0.0F;
  float highest_ = 0.0F;
};

}  // namespace millrace::capture
