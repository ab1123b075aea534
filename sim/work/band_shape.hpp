// How an engine's output rows lie in the lanes of the kernels, and how many of them are counted at a time.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Lanes from output row to output row: its pixels. Where few filters look at a group and kernels overlap, also a few
/// that are nobody's, as many as rows of the input are longer: that spares taking rows apart, and costs counting those
/// lanes.
std::int64_t row_lanes(const DotEngine& engine);

/// Output rows of a band, at least 1. Enough pixels to fill the lanes of the kernels, across images where maps are
/// small; few enough that a band stays under 1 MiB, unless a single row is more.
std::int64_t rows_of_band(const DotEngine& engine);

}  // namespace millrace::sim
