#include "traces/capture/value_range.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::capture {

CodeRange code_range(bool is_signed, int bits) {
  const double codes = std::exp2(bits);
  return is_signed ? CodeRange{1.0 - codes / 2.0, codes / 2.0 - 1.0} : CodeRange{0.0, codes - 1.0};
}

void ValueRange::add(std::span<const float> values) {
  for (const float value : values) {
    lowest_ = std::min(lowest_, value);
    highest_ = std::max(highest_, value);
  }
}

traces::CodeFormat ValueRange::code_format(int bits) const {
  traces::CodeFormat format;
  format.is_signed = lowest_ < 0.0F;
  const double largest = std::max(static_cast<double>(highest_), -static_cast<double>(lowest_));
  // A tensor of zeros alone has no scale of its own.
  format.scale = largest > 0.0 ? largest / code_range(format.is_signed, bits).highest : 1.0;
  return format;
}

}  // namespace millrace::capture
