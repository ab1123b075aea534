#include "sim/work/row_planes.hpp"

#include <algorithm>

namespace millrace::sim {

RowPlanes::RowPlanes(const WindowShape& window, std::size_t pixel_bytes, const Kernels& kernels)
    : window_(window),
      pixel_bytes_(pixel_bytes),
      kernels_(kernels),
      pitch_(static_cast<std::size_t>(window.padded_width() / window.stride + window.kernel) + 2 * kLaneSlack),
      planes_(static_cast<std::size_t>(std::min(window.stride, window.kernel)) * pixel_bytes * pitch_) {}

void RowPlanes::fill(const std::uint8_t* pixels) {
  const std::int64_t stride = window_.stride;
  for (std::int64_t phase = 0; phase < std::min(stride, window_.kernel); ++phase) {
    const std::int64_t first = ((phase - window_.pad_left) % stride + stride) % stride;
    if (first >= window_.width) {
      continue;
    }
    const std::size_t column = static_cast<std::size_t>((first + window_.pad_left) / stride);
    kernels_.to_planes({.pixels = pixels + static_cast<std::size_t>(first) * pixel_bytes_,
                        .pixel_pitch = static_cast<std::size_t>(stride) * pixel_bytes_,
                        .count = static_cast<std::size_t>((window_.width - first + stride - 1) / stride),
                        .bytes = pixel_bytes_,
                        .planes = planes_.data() + static_cast<std::size_t>(phase) * pixel_bytes_ * pitch_ + column,
                        .plane_pitch = pitch_});
  }
}

const std::uint8_t* RowPlanes::at(std::int64_t x) const {
  const std::size_t phase = static_cast<std::size_t>(x % window_.stride);
  return planes_.data() + phase * pixel_bytes_ * pitch_ + static_cast<std::size_t>(x / window_.stride);
}

}  // namespace millrace::sim
