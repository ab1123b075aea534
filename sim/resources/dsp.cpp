#include "sim/resources/dsp.hpp"

#include <algorithm>

#include "sim/resources/ceil_div.hpp"

namespace millrace::sim {

std::int64_t dsps(std::int64_t macs, OperandBits bits) {
  const std::int64_t widest = std::max(bits.data, bits.weights);
  const std::int64_t sharing = widest <= 4 ? 4 : widest <= 8 ? 2 : 1;
  return ceil_div(macs * ceil_div(bits.data, 18) * ceil_div(bits.weights, 27), sharing);
}

}  // namespace millrace::sim
