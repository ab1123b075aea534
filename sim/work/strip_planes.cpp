#include "sim/work/strip_planes.hpp"

#include <algorithm>

namespace millrace::sim {

StripPlanes::StripPlanes(const WindowShape& window, std::size_t pixel_bytes, std::int64_t rows, const Kernels& kernels)
    : window_(window),
      pixel_bytes_(pixel_bytes),
      kernels_(kernels),
      phases_(std::min(window.stride, window.kernel)),
      row_pitch_(static_cast<std::size_t>(row_pitch_of(window))),
      pitch_(static_cast<std::size_t>(rows + (window.kernel - 1) / window.stride) * row_pitch_ + 2 * kLaneSlack),
      planes_(static_cast<std::size_t>(phases_ * phases_) * pixel_bytes * pitch_) {}

void StripPlanes::fill(MaskRows& mask, const Strip& strip) {
  if (window_.is_identity()) {
    // All rows are one.
    kernels_.to_planes({.pixels = mask.row(strip.image, strip.first),
                        .pixel_pitch = pixel_bytes_,
                        .count = static_cast<std::size_t>(strip.rows * window_.width),
                        .bytes = pixel_bytes_,
                        .planes = planes_.data(),
                        .plane_pitch = pitch_});
    return;
  }
  for (std::int64_t row_phase = 0; row_phase < phases_; ++row_phase) {
    const std::int64_t rows = strip.rows + (window_.kernel - 1 - row_phase) / window_.stride;
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t from = (strip.first + row) * window_.stride + row_phase - window_.pad_top;
      const std::uint8_t* const pixels = from >= 0 && from < window_.height ? mask.row(strip.image, from) : nullptr;
      for (std::int64_t column_phase = 0; column_phase < phases_; ++column_phase) {
        fill_row(pixels, phase(row_phase, column_phase) + static_cast<std::size_t>(row) * row_pitch_, column_phase);
      }
    }
  }
}

/// `pixels` is nullptr for a row of padding. What is written behind the row are zeros, and the row behind it comes
/// later.
void StripPlanes::fill_row(const std::uint8_t* pixels, std::uint8_t* planes, std::int64_t phase) {
  const std::int64_t stride = window_.stride;
  const std::int64_t first = ((phase - window_.pad_left) % stride + stride) % stride;
  const std::int64_t column = (first + window_.pad_left) / stride;
  const std::int64_t count =
      std::min((window_.width - first + stride - 1) / stride, static_cast<std::int64_t>(row_pitch_) - column);
  if (pixels == nullptr || count <= 0) {
    for (std::size_t byte = 0; byte < pixel_bytes_; ++byte) {
      std::fill_n(planes + byte * pitch_, row_pitch_, std::uint8_t{0});
    }
    return;
  }
  kernels_.to_planes({.pixels = pixels + static_cast<std::size_t>(first) * pixel_bytes_,
                      .pixel_pitch = static_cast<std::size_t>(stride) * pixel_bytes_,
                      .count = static_cast<std::size_t>(count),
                      .bytes = pixel_bytes_,
                      .planes = planes + column,
                      .plane_pitch = pitch_});
}

const std::uint8_t* StripPlanes::at(std::int64_t y, std::int64_t x) const {
  const std::int64_t stride = window_.stride;
  const auto phase = static_cast<std::size_t>(y % stride * phases_ + x % stride);
  return planes_.data() + phase * pixel_bytes_ * pitch_ + static_cast<std::size_t>(y / stride) * row_pitch_ +
         static_cast<std::size_t>(x / stride);
}

}  // namespace millrace::sim
