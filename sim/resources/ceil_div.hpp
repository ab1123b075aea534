// Division of counts that rounds up.
#pragma once

#include <cstdint>

namespace millrace::sim {

/// For a dividend of 0 or more and a positive divisor.
constexpr std::int64_t ceil_div(std::int64_t dividend, std::int64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

}  // namespace millrace::sim
