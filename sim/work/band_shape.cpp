#include "sim/work/band_shape.hpp"

#include <algorithm>

namespace millrace::sim {
namespace {

constexpr std::int64_t kMostNumbers = std::int64_t{256} * 1024;
constexpr std::int64_t kMostPixels = 512;
/// Lanes of the widest vectors.
constexpr std::int64_t kLanes = 64;

/// What taking up a slot costs, whatever its pixels, in vectors of them.
constexpr double kVectorsToBegin = 1.5;

/// Pixels a time, as a part of what full vectors without end would be.
double efficiency(std::int64_t pixels) {
  const std::int64_t vectors = (pixels + kLanes - 1) / kLanes;
  return static_cast<double>(pixels) / kLanes / (static_cast<double>(vectors) + kVectorsToBegin);
}

}  // namespace

std::int64_t rows_of_band(const DotEngine& engine) {
  const std::int64_t columns = engine.window.out_width();
  const std::int64_t windows_of_pixel = engine.windows_per_image() / (engine.window.out_height() * columns);
  const std::int64_t pixel_numbers = windows_of_pixel * engine.array.units;
  const std::int64_t most = std::min(kMostPixels, kMostNumbers / pixel_numbers) / columns;
  std::int64_t best = 1;
  for (std::int64_t rows = 2; rows <= most; ++rows) {
    // More rows only for a clear gain: a smaller band is ready sooner and stays in the cache.
    if (efficiency(rows * columns) > efficiency(best * columns) + 0.05) {
      best = rows;
    }
  }
  return best;
}

}  // namespace millrace::sim
