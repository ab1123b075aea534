#include "sim/statistics/rank_correlation.hpp"

#include <cmath>
#include <cstdint>

namespace millrace::sim {

std::optional<double> kendall_tau(std::span<const double> one, std::span<const double> other) {
  const auto order = [](double a, double b) -> std::int64_t { return (a < b ? 1 : 0) - (b < a ? 1 : 0); };
  std::int64_t alike = 0;
  std::int64_t ordered_by_one = 0;
  std::int64_t ordered_by_other = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    for (std::size_t j = i + 1; j < one.size(); ++j) {
      const std::int64_t by_one = order(one[i], one[j]);
      const std::int64_t by_other = order(other[i], other[j]);
      alike += by_one * by_other;
      ordered_by_one += by_one * by_one;
      ordered_by_other += by_other * by_other;
    }
  }
  if (ordered_by_one == 0 || ordered_by_other == 0) {
    return std::nullopt;
  }
  return static_cast<double>(alike) /
         std::sqrt(static_cast<double>(ordered_by_one) * static_cast<double>(ordered_by_other));
}

}  // namespace millrace::sim
