// From computed to whole cycles. Sums of products of probabilities miss a whole number by some 1e-12 of it; without a
// margin that costs a cycle.
#pragma once

#include <cmath>
#include <cstdint>

namespace millrace::sim::analytical {

inline constexpr double kNoise = 1e-6;

/// Rounded up, but for noise.
inline std::int64_t whole_cycles(double cycles) {
  return static_cast<std::int64_t>(std::ceil(cycles - kNoise));
}

/// Rounded down, but for noise.
inline std::int64_t full_cycles(double cycles) {
  return static_cast<std::int64_t>(std::floor(cycles + kNoise));
}

}  // namespace millrace::sim::analytical
