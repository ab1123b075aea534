// How many output rows an engine's work is counted at a time.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Output rows of a band, at least 1. Enough pixels to fill the lanes of the kernels, across images where maps are
/// small; few enough that a band stays under 1 MiB, unless a single row is more.
std::int64_t rows_of_band(const DotEngine& engine);

}  // namespace millrace::sim
