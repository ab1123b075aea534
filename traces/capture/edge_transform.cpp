#include "traces/capture/edge_transform.hpp"

#include <cmath>

#include "traces/capture/quantise.hpp"

namespace millrace::capture {

void EdgeTransform::apply(std::span<float> values) const {
  if (rounding) {
    quantise(values, rounding->format, rounding->bits);
  }
  for (float& value : values) {
    if (std::abs(value) <= threshold) {
      value = 0.0F;
    }
  }
}

}  // namespace millrace::capture
