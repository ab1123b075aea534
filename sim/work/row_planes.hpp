// One input row by channels: plane b holds byte b (channels 8 b to 8 b + 7) of every pixel, padding as zeros.
//
// Pixels that the windows of neighbouring output columns meet at the same place of their kernels are `stride` apart.
// They are stored next to each other, so that output columns are lanes whatever the stride: a row falls into `stride`
// phases, each with planes of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "modules/engine/window_shape.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

class RowPlanes {
 public:
  RowPlanes(const WindowShape& window, std::size_t pixel_bytes, const Kernels& kernels);

  /// Takes the pixels of a row.
  void fill(const std::uint8_t* pixels);

  /// Plane 0 from the element on that output column 0 meets at kernel column x.
  const std::uint8_t* at(std::int64_t x) const;
  /// From plane to plane.
  std::size_t pitch() const { return pitch_; }

 private:
  WindowShape window_;
  std::size_t pixel_bytes_;
  const Kernels& kernels_;
  std::size_t pitch_;
  std::vector<std::uint8_t> planes_;  ///< [phase][byte][pitch]
};

}  // namespace millrace::sim
