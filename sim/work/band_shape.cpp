#include "sim/work/band_shape.hpp"

#include <algorithm>

#include "sim/work/strip_planes.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kMostNumbers = std::int64_t{256} * 1024;
constexpr std::int64_t kMostLanes = 512;
/// Of the widest vectors.
constexpr std::int64_t kLanes = 64;

/// Filters from which on a lane in vain costs more than a row.
constexpr std::int64_t kManyFilters = 4;

/// What taking up a slot costs, however many its lanes are, in vectors of them.
constexpr double kVectorsToBegin = 1.5;

/// Lanes a time, as a part of what full vectors without end would be.
double efficiency(std::int64_t lanes) {
  const std::int64_t vectors = (lanes + kLanes - 1) / kLanes;
  return static_cast<double>(lanes) / kLanes / (static_cast<double>(vectors) + kVectorsToBegin);
}

}  // namespace

std::int64_t row_lanes(const DotEngine& engine) {
  const bool keeps_gaps = engine.filters / engine.groups < kManyFilters;
  return keeps_gaps ? StripPlanes::row_pitch_of(engine.window) : engine.window.out_width();
}

std::int64_t rows_of_band(const DotEngine& engine) {
  const std::int64_t columns = engine.window.out_width();
  const std::int64_t lanes = row_lanes(engine);
  const std::int64_t windows_of_pixel = engine.windows_per_image() / (engine.window.out_height() * columns);
  const std::int64_t pixel_numbers = windows_of_pixel * engine.array.units;
  const std::int64_t most = std::min(kMostLanes / lanes, kMostNumbers / (pixel_numbers * columns));
  std::int64_t best = 1;
  for (std::int64_t rows = 2; rows <= most; ++rows) {
    // More rows only for a clear gain: a smaller band is ready sooner and stays in the cache.
    if (efficiency(rows * lanes) > efficiency(best * lanes) + 0.05) {
      best = rows;
    }
  }
  return best;
}

}  // namespace millrace::sim
