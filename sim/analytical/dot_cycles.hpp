// Cycles that a dot unit of N MACs takes for one group of M pairs and one filter.
//
// Histogram form (fpgaConvNet): E[T] = sum over j of P(j zeros) * ceil((M - j) / N); a group without survivors takes
// one cycle, or none. Mean form (HASS): ceil((1 - S) * M / N) of the mean sparsity S. The mean of a ceil is not the
// ceil of a mean.
#pragma once

#include <cstdint>

#include "sim/analytical/zero_histogram.hpp"

namespace millrace::sim::analytical {

/// What a group costs in which no pair is left.
enum class EmptyGroups { kOneCycle, kFree };

struct DotUnit {
  std::int64_t macs = 1;
  EmptyGroups empty = EmptyGroups::kOneCycle;
};

/// Of a group of which `survivors` pairs are left.
std::int64_t dot_cycles(std::int64_t survivors, DotUnit unit);

/// E[T].
double mean_dot_cycles(const ZeroHistogram& histogram, DotUnit unit);

/// HASS: 0 if all pairs are zero.
std::int64_t mean_form_cycles(double sparsity, std::int64_t pairs, std::int64_t macs);

/// What P units lose that must all be done with a group before any takes the next: E[max of P independent T] / E[T].
/// Every unit draws from the same histogram. 1 for groups that cost nothing.
double lock_step_penalty(const ZeroHistogram& histogram, DotUnit unit, std::int64_t units);

}  // namespace millrace::sim::analytical
