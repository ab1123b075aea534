// Geometry of a sliding window over a padded map, shared by what walks it and by what works its windows.
#pragma once

#include <cstdint>

namespace millrace {

/// Map and pads in pixels. Output sizes round down: out = (in + pads - kernel) / stride + 1.
struct WindowShape {
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t pad_top = 0;
  std::int64_t pad_left = 0;
  std::int64_t pad_bottom = 0;
  std::int64_t pad_right = 0;

  std::int64_t padded_height() const { return height + pad_top + pad_bottom; }
  std::int64_t padded_width() const { return width + pad_left + pad_right; }
  std::int64_t out_height() const { return (padded_height() - kernel) / stride + 1; }
  std::int64_t out_width() const { return (padded_width() - kernel) / stride + 1; }
  /// A window that is the pixel itself needs no walking.
  bool is_identity() const {
    return kernel == 1 && stride == 1 && padded_height() == height && padded_width() == width;
  }

  friend bool operator==(const WindowShape&, const WindowShape&) = default;
};

}  // namespace millrace
