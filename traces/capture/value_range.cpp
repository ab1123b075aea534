#include "traces/capture/value_range.hpp"

#include <algorithm>

namespace millrace::capture {

void ValueRange::add(std::span<const float> values) {
  for (const float value : values) {
    lowest_ = std::min(lowest_, value);
    highest_ = std::max(highest_, value);
  }
}

traces::CodeFormat ValueRange::code_format() const {
  traces::CodeFormat format;
  format.is_signed = lowest_ < 0.0F;
  const double largest = std::max(static_cast<double>(highest_), -static_cast<double>(lowest_));
  const double codes = format.is_signed ? 127.0 : 255.0;
  // A tensor of zeros alone has no scale of its own.
  format.scale = largest > 0.0 ? largest / codes : 1.0;
  return format;
}

}  // namespace millrace::capture
