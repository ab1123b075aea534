#include "sim/work/window_groups.hpp"

#include <algorithm>

#include "sim/work/bits.hpp"

namespace millrace::sim {

WindowGroups::WindowGroups(const DotEngine& engine, const traces::MaskView& mask)
    : layout_(engine),
      window_(engine.window),
      channels_(engine.channels),
      mask_(mask),
      mask_channels_(engine.channels /
                     (engine.window.is_identity() && engine.window.height == 1 && engine.window.width == 1
                          ? mask.rows() * mask.columns()
                          : 1)),
      bits_(static_cast<std::size_t>(layout_.beats_per_pixel * layout_.lane_units * layout_.words)) {}

/// The channels of a position. A fully connected layer has one position: the pixels of its map behind each other.
std::span<const std::uint8_t> WindowGroups::pixel(std::int64_t image, std::int64_t row, std::int64_t column) {
  if (mask_channels_ == channels_) {
    return mask_.at(image, row, column);
  }
  flat_.assign(static_cast<std::size_t>((channels_ + 7) / 8), 0);
  for (std::int64_t channel = 0; channel < channels_; ++channel) {
    const std::int64_t position = channel / mask_channels_;
    const auto bytes = mask_.at(image, position / mask_.columns(), position % mask_.columns());
    const std::uint64_t bit = bits_at(bytes, channel % mask_channels_, 1);
    flat_[static_cast<std::size_t>(channel / 8)] |= static_cast<std::uint8_t>(bit << (channel % 8));
  }
  return flat_;
}

void WindowGroups::gather(std::int64_t image, std::int64_t out_row, std::int64_t out_column) {
  std::fill(bits_.begin(), bits_.end(), 0);
  for (std::int64_t y = 0; y < window_.kernel; ++y) {
    const std::int64_t row = out_row * window_.stride + y - window_.pad_top;
    for (std::int64_t x = 0; x < window_.kernel; ++x) {
      const std::int64_t column = out_column * window_.stride + x - window_.pad_left;
      if (row >= 0 && row < window_.height && column >= 0 && column < window_.width) {
        put_channels(pixel(image, row, column), y * window_.kernel + x);
      }
    }
  }
}

void WindowGroups::put_channels(std::span<const std::uint8_t> pixel, std::int64_t position) {
  const std::int64_t first_bit = position * layout_.group_channels;
  if (layout_.group_channels == 1) {
    // One channel a group: only the set bits cost anything.
    for_each_bit(pixel, [&](std::int64_t channel) {
      bits_[static_cast<std::size_t>(channel * layout_.words + first_bit / 64)] |= std::uint64_t{1} << (first_bit % 64);
    });
    return;
  }
  const std::int64_t groups = layout_.beats_per_pixel * layout_.lane_units;
  for (std::int64_t group = 0; group < groups; ++group) {
    BitPacker packer{std::span(bits_).subspan(static_cast<std::size_t>(group * layout_.words),
                                              static_cast<std::size_t>(layout_.words))};
    packer.skip(first_bit);
    packer.append(pixel, group * layout_.group_channels, layout_.group_channels);
  }
}

}  // namespace millrace::sim
