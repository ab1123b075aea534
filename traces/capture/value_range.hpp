// Which values occur, and what codes they ask for.
#pragma once

#include <span>

#include "traces/code_format.hpp"

namespace millrace::capture {

struct CodeRange {
  double lowest = 0.0;
  double highest = 0.0;
};

/// Codes of 8 or 16 bits; signed ones are symmetric: -127 to 127.
CodeRange code_range(bool is_signed, int bits);

class ValueRange {
 public:
  void add(std::span<const float> values);
  /// Signed only where negative values occur; the scale maps the largest magnitude to the largest code.
  traces::CodeFormat code_format(int bits) const;

 private:
  float lowest_ = 0.0F;
  float highest_ = 0.0F;
};

}  // namespace millrace::capture
