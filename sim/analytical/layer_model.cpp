#include "sim/analytical/layer_model.hpp"

#include <algorithm>

namespace millrace::sim::analytical {

StageEstimate word_a_cycle(std::int64_t words_in, std::int64_t words_out) {
  const std::int64_t cycles = std::max(words_in, words_out);
  const auto rate = [&](std::int64_t words) { return static_cast<double>(words) / static_cast<double>(cycles); };
  return {cycles, rate(words_in), rate(words_out), words_in, words_out, 0};
}

}  // namespace millrace::sim::analytical
