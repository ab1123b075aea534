#include "sim/work/window_band.hpp"

#include <algorithm>
#include <limits>

#include "sim/work/band_shape.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t kByte = 8;

/// Where a kernel row of a group fits into one byte and no group's channels are spread over two: rows of such patterns
/// are made and stacked K high, for all groups of one plane at once.
template <typename Container>
class StackedBand final : public WindowBand<Container> {
  using Base = WindowBand<Container>;

 public:
  static bool fits(const GroupLayout& layout) {
    const auto channels = static_cast<std::size_t>(layout.group_channels);
    return kByte % channels == 0 && static_cast<std::size_t>(layout.kernel) * channels <= kByte;
  }

  StackedBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows, const Kernels& kernels)
      : Base(engine, trace, rows, kernels),
        all_kernels_(kernels),
        bits_(static_cast<std::size_t>(this->layout_.group_channels)),
        patterns_(static_cast<std::size_t>(engine.window.stride) * kByte * this->planes_.pitch()) {}

 private:
  void gather_lanes(std::size_t rows, std::size_t first) override {
    const std::size_t at_once = kByte / bits_;
    for (std::size_t slot = 0; slot < this->slots(); slot += at_once) {
      const std::size_t count = std::min(at_once, this->slots() - slot);
      if constexpr (sizeof(Container) == 1) {
        if (this->window_.kernel == 1) {
          // The pattern is the group; pads, which are smaller than the kernel, there are none.
          make(slot, count, 0, rows, this->lanes(slot, 0, first), this->pitch());
          continue;
        }
      }
      stack(slot, count, rows, first);
    }
  }

  void stack(std::size_t slot, std::size_t count, std::size_t rows, std::size_t first) {
    const std::int64_t kernel = this->window_.kernel;
    const std::int64_t stride = this->window_.stride;
    for (std::int64_t phase = 0; phase < std::min(stride, kernel); ++phase) {
      const auto more = static_cast<std::size_t>((kernel - 1 - phase) / stride);
      make(slot, count, phase, rows + more, patterns_of(phase), this->planes_.pitch());
    }
    this->pieces_.clear();
    for (std::int64_t y = 0; y < kernel; ++y) {
      const std::uint8_t* const pattern =
          patterns_of(y % stride) + static_cast<std::size_t>(y / stride) * this->planes_.row_pitch();
      this->pieces_.push_back(
          {pattern, 0, 0xFF, static_cast<std::uint8_t>(static_cast<std::size_t>(y * kernel) * bits_)});
    }
    this->join(count, this->planes_.pitch(), rows, this->lanes(slot, 0, first));
  }

  /// Patterns of plane rows of a phase, for `count` slots of one plane.
  void make(std::size_t slot, std::size_t count, std::int64_t phase, std::size_t rows, std::uint8_t* patterns,
            std::size_t pitch) {
    pointers_.clear();
    for (std::int64_t x = 0; x < this->window_.kernel; ++x) {
      pointers_.push_back(this->planes_.at(phase, x) + slot * bits_ / kByte * this->planes_.pitch());
    }
    all_kernels_.to_patterns({.planes = pointers_.data(),
                              .kernel = pointers_.size(),
                              .bits = bits_,
                              .slots = count,
                              .lanes = rows * this->planes_.row_pitch(),
                              .patterns = patterns,
                              .pattern_pitch = pitch});
  }

  std::uint8_t* patterns_of(std::int64_t phase) {
    return patterns_.data() + static_cast<std::size_t>(phase) * kByte * this->planes_.pitch();
  }

  const Kernels& all_kernels_;
  std::size_t bits_;
  std::vector<std::uint8_t> patterns_;  ///< [row phase][slot of a plane][pitch]
  std::vector<const std::uint8_t*> pointers_;
};

/// All other groups: joined from runs of channels within one byte.
template <typename Container>
class PlacedBand final : public WindowBand<Container> {
  using Base = WindowBand<Container>;

 public:
  PlacedBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows, const Kernels& kernels)
      : Base(engine, trace, rows, kernels) {}

 private:
  void gather_lanes(std::size_t rows, std::size_t first) override {
    const std::size_t channels = static_cast<std::size_t>(this->layout_.group_channels);
    const auto pairs = static_cast<std::size_t>(this->layout_.pairs);
    for (std::size_t slot = 0; slot < this->slots(); ++slot) {
      std::size_t bit = 0;
      for (std::size_t word = 0; word < this->words(); ++word) {
        this->pieces_.clear();
        // Up to the end of a byte, of a position's channels or of the word, whichever comes first.
        for (const std::size_t end = std::min(pairs, bit + kBits); bit < end;) {
          const std::size_t channel = slot * channels + bit % channels;
          const std::size_t run = std::min({kByte - channel % kByte, channels - bit % channels, end - bit});
          const auto position = static_cast<std::int64_t>(bit / channels);
          const std::uint8_t* const plane =
              this->planes_.at(position / this->window_.kernel, position % this->window_.kernel) +
              channel / kByte * this->planes_.pitch();
          this->pieces_.push_back({plane, static_cast<std::uint8_t>(channel % kByte),
                                   static_cast<std::uint8_t>((1U << run) - 1), static_cast<std::uint8_t>(bit % kBits)});
          bit += run;
        }
        this->join(1, 0, rows, this->lanes(slot, word, first));
      }
    }
  }

  static constexpr std::size_t kBits = std::numeric_limits<Container>::digits;
};

}  // namespace

template <typename Container>
WindowBand<Container>::WindowBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows,
                                  const Kernels& kernels)
    : layout_(engine),
      window_(engine.window),
      kernels_(kernels_for<Container>(kernels)),
      mask_(engine, trace),
      planes_(engine.window, mask_.pixel_bytes(), rows, kernels),
      slots_(static_cast<std::size_t>(layout_.beats_per_pixel * layout_.lane_units)),
      words_(static_cast<std::size_t>(layout_.words)),
      row_lanes_(static_cast<std::size_t>(sim::row_lanes(engine))),
      pitch_((static_cast<std::size_t>(rows) * row_lanes_ / kLaneSlack + 2) * kLaneSlack),
      groups_(slots_ * words_ * pitch_) {
  const auto columns = static_cast<std::size_t>(window_.out_width());
  if (row_lanes_ > columns) {
    kept_.resize(pitch_);
    for (std::size_t lane = 0; lane < pitch_; ++lane) {
      kept_[lane] = lane % row_lanes_ < columns ? std::numeric_limits<Container>::max() : Container{0};
    }
  }
}

template <typename Container>
std::unique_ptr<WindowBand<Container>> WindowBand<Container>::make(const DotEngine& engine, const traces::Trace& trace,
                                                                   std::int64_t rows, const Kernels& kernels) {
  if (StackedBand<Container>::fits(GroupLayout(engine))) {
    return std::make_unique<StackedBand<Container>>(engine, trace, rows, kernels);
  }
  return std::make_unique<PlacedBand<Container>>(engine, trace, rows, kernels);
}

template <typename Container>
void WindowBand<Container>::gather(std::int64_t first, std::int64_t rows) {
  const std::int64_t height = window_.out_height();
  for (std::int64_t row = first; row < first + rows;) {
    const Strip strip{row / height, row % height, std::min(first + rows - row, height - row % height)};
    planes_.fill(mask_, strip);
    gather_lanes(static_cast<std::size_t>(strip.rows), static_cast<std::size_t>(row - first) * row_lanes_);
    row += strip.rows;
  }
  // What the last strip wrote too much must not count. Whole vectors have no such lanes.
  const std::size_t end = static_cast<std::size_t>(rows) * row_lanes_;
  if (end % kLaneSlack == 0) {
    return;
  }
  for (std::size_t slot = 0; slot < slots_; ++slot) {
    for (std::size_t word = 0; word < words_; ++word) {
      std::fill_n(lanes(slot, word, end), kLaneSlack, Container{0});
    }
  }
}

template <typename Container>
void WindowBand<Container>::join(std::size_t slots, std::size_t slot_bytes, std::size_t rows, Container* to) const {
  const bool is_one_row = row_lanes_ == planes_.row_pitch();
  kernels_.join({.pieces = pieces_.data(),
                 .count = pieces_.size(),
                 .slots = slots,
                 .slot_bytes = slot_bytes,
                 .slot_containers = words_ * pitch_,
                 .rows = is_one_row ? 1 : rows,
                 .row_bytes = planes_.row_pitch(),
                 .row_lanes = is_one_row ? rows * row_lanes_ : row_lanes_,
                 .kept = kept_.empty() ? nullptr : kept_.data(),
                 .containers = to});
}

template class WindowBand<std::uint8_t>;
template class WindowBand<std::uint16_t>;
template class WindowBand<std::uint32_t>;
template class WindowBand<std::uint64_t>;

}  // namespace millrace::sim
