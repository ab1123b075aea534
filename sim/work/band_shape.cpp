#include "sim/work/band_shape.hpp"

#include <algorithm>

#include "modules/engine/work_source.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1024} * 1024;
constexpr std::int64_t kMostPixels = 512;
/// Lanes of the widest vectors.
constexpr std::int64_t kLanes = 64;

/// The part of the lanes that `pixels` fill.
double used_lanes(std::int64_t pixels) {
  const std::int64_t vectors = (pixels + kLanes - 1) / kLanes;
  return static_cast<double>(pixels) / static_cast<double>(vectors * kLanes);
}

}  // namespace

std::int64_t rows_of_band(const DotEngine& engine) {
  const std::int64_t columns = engine.window.out_width();
  const std::int64_t windows_of_pixel = engine.windows_per_image() / (engine.window.out_height() * columns);
  const std::int64_t pixel_bytes = windows_of_pixel * engine.array.units * static_cast<std::int64_t>(sizeof(UnitWork));
  const std::int64_t most = std::min(kMostPixels, kMostBytes / pixel_bytes) / columns;
  std::int64_t best = 1;
  for (std::int64_t rows = 2; rows <= most; ++rows) {
    // More rows only for a clear gain: a smaller band is ready sooner and stays in the cache.
    if (used_lanes(rows * columns) > used_lanes(best * columns) + 0.05) {
      best = rows;
    }
  }
  return best;
}

}  // namespace millrace::sim
