// How an engine's output rows lie in the lanes of the kernels, and how many of them are counted at a time.
#pragma once

#include <cstdint>

#include "modules/engine/window_shape.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Lanes from output row to output row: its pixels, and where the kernel is wider than its stride a few that are
/// nobody's.
std::int64_t row_lanes(const WindowShape& window);

/// Output rows of a band, at least 1. Enough pixels to fill the lanes of the kernels, across images where maps are
/// small; few enough that a band stays under 1 MiB, unless a single row is more.
std::int64_t rows_of_band(const DotEngine& engine);

}  // namespace millrace::sim
