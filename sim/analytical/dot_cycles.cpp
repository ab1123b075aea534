#include "sim/analytical/dot_cycles.hpp"

#include <cmath>
#include <vector>

#include "sim/analytical/rounding.hpp"
#include "sim/resources/ceil_div.hpp"

namespace millrace::sim::analytical {

std::int64_t dot_cycles(std::int64_t survivors, DotUnit unit) {
  if (survivors == 0) {
    return unit.empty == EmptyGroups::kFree ? 0 : 1;
  }
  return ceil_div(survivors, unit.macs);
}

double mean_dot_cycles(const ZeroHistogram& histogram, DotUnit unit) {
  double cycles = 0.0;
  for (std::int64_t zeros = 0; zeros <= histogram.pairs(); ++zeros) {
    cycles += histogram.probability(zeros) * static_cast<double>(dot_cycles(histogram.pairs() - zeros, unit));
  }
  return cycles;
}

std::int64_t mean_form_cycles(double sparsity, std::int64_t pairs, std::int64_t macs) {
  return whole_cycles((1.0 - sparsity) * static_cast<double>(pairs) / static_cast<double>(macs));
}

double lock_step_penalty(const ZeroHistogram& histogram, DotUnit unit, std::int64_t units) {
  const double mean = mean_dot_cycles(histogram, unit);
  if (mean == 0.0) {
    return 1.0;
  }
  const std::int64_t longest = dot_cycles(histogram.pairs(), unit);
  std::vector<double> of_cycles(static_cast<std::size_t>(longest) + 1, 0.0);
  for (std::int64_t zeros = 0; zeros <= histogram.pairs(); ++zeros) {
    of_cycles[static_cast<std::size_t>(dot_cycles(histogram.pairs() - zeros, unit))] += histogram.probability(zeros);
  }
  // E[max] is the sum over t of P(max > t).
  double slowest = 0.0;
  double at_most = 0.0;
  for (std::int64_t cycles = 0; cycles < longest; ++cycles) {
    at_most += of_cycles[static_cast<std::size_t>(cycles)];
    slowest += 1.0 - std::pow(at_most, static_cast<double>(units));
  }
  return slowest / mean;
}

}  // namespace millrace::sim::analytical
