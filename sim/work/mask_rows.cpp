#include "sim/work/mask_rows.hpp"

#include <algorithm>
#include <bit>

#include "sim/work/bits.hpp"

namespace millrace::sim {

static_assert(std::endian::native == std::endian::little, "packed words are read as bytes");

MaskRows::MaskRows(const DotEngine& engine, const traces::Trace& trace)
    : trace_(trace),
      mask_(trace.activation_mask(engine.input)),
      pixel_channels_(engine.channels),
      pixel_bytes_(static_cast<std::size_t>((engine.channels + 7) / 8)),
      is_flat_(engine.window.height == 1 && engine.window.width == 1 && mask_.rows() * mask_.columns() > 1) {
  if (is_flat_) {
    pixel_channels_ = engine.channels / (mask_.rows() * mask_.columns());
    flat_.resize(static_cast<std::size_t>((engine.channels + 63) / 64));
  }
}

void MaskRows::release_before(std::int64_t image) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 20;
  const auto begin = static_cast<std::size_t>(image * mask_.rows() * mask_.columns() * mask_.bytes());
  if (begin >= released_ + kAtOnce) {
    trace_.release(mask_.data().subspan(released_, begin - released_));
    released_ = begin;
  }
}

const std::uint8_t* MaskRows::row(std::int64_t image, std::int64_t row) {
  release_before(image);
  if (!is_flat_) {
    return mask_.at(image, row, 0).data();
  }
  std::fill(flat_.begin(), flat_.end(), 0);
  BitPacker packer{flat_};
  for (std::int64_t y = 0; y < mask_.rows(); ++y) {
    for (std::int64_t x = 0; x < mask_.columns(); ++x) {
      packer.append(mask_.at(image, y, x), 0, pixel_channels_);
    }
  }
  return reinterpret_cast<const std::uint8_t*>(flat_.data());
}

}  // namespace millrace::sim
