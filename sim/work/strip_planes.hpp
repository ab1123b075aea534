// The input of some output rows of one image by channels: plane b holds byte b (channels 8 b to 8 b + 7) of every
// pixel, padding as zeros.
//
// Lanes are output pixels, row behind row, row_pitch() apart. Pixels that neighbouring windows meet at the same place
// of their kernels are `stride` apart, along a row and down a column. They are stored next to each other, so that lanes
// are output pixels whatever the stride: the map falls into phases, each with planes of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "modules/engine/window_shape.hpp"
#include "sim/work/mask_rows.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

/// Output rows behind each other, of one image.
struct Strip {
  std::int64_t image;
  std::int64_t first;
  std::int64_t rows;
};

class StripPlanes {
 public:
  /// For strips of up to `rows` rows.
  StripPlanes(const WindowShape& window, std::size_t pixel_bytes, std::int64_t rows, const Kernels& kernels);

  void fill(MaskRows& mask, const Strip& strip);

  /// Plane 0 from the element on that lane 0 meets at kernel row y, column x.
  const std::uint8_t* at(std::int64_t y, std::int64_t x) const;
  /// From plane to plane.
  std::size_t pitch() const { return pitch_; }
  /// From output row to output row. There are lanes between the rows that are nobody's where it is more than the width.
  std::size_t row_pitch() const { return row_pitch_; }
  static std::int64_t row_pitch_of(const WindowShape& window) {
    return window.out_width() + (window.kernel - 1) / window.stride;
  }

 private:
  void fill_row(const std::uint8_t* pixels, std::uint8_t* planes, std::int64_t phase);
  std::uint8_t* phase(std::int64_t row_phase, std::int64_t column_phase) {
    return planes_.data() + static_cast<std::size_t>(row_phase * phases_ + column_phase) * pixel_bytes_ * pitch_;
  }

  WindowShape window_;
  std::size_t pixel_bytes_;
  const Kernels& kernels_;
  std::int64_t phases_;  ///< in either direction
  std::size_t row_pitch_;
  std::size_t pitch_;
  std::vector<std::uint8_t> planes_;  ///< [row phase][column phase][byte][pitch]
};

}  // namespace millrace::sim
