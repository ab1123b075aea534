#include "sim/work/mask_rows.hpp"

#include <algorithm>
#include <bit>

#include "sim/work/bits.hpp"
#include "traces/mapped_file.hpp"

namespace millrace::sim {

static_assert(std::endian::native == std::endian::little, "packed words are read as bytes");

MaskRows::MaskRows(const DotEngine& engine, const traces::Trace& trace)
    : mask_(trace.activation_mask(engine.input)),
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
  const std::size_t image_bytes = mask_.size() / static_cast<std::size_t>(mask_.outer());
  if (static_cast<std::size_t>(image - released_) * image_bytes < kAtOnce) {
    return;
  }
  while (released_ < image) {
    // Images behind each other in one file go together: a page may hold parts of several.
    std::span<const std::uint8_t> part = mask_.item(released_++);
    while (released_ < image && mask_.item(released_).data() == part.data() + part.size()) {
      part = {part.data(), part.size() + image_bytes};
      ++released_;
    }
    traces::release_pages(part);
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
