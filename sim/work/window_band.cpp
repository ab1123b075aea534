#include "sim/work/window_band.hpp"

#include <algorithm>
#include <limits>

#include "sim/work/mask_rows.hpp"
#include "sim/work/row_planes.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kByte = 8;

/// The last K input rows in some form, each made once.
template <typename Row>
class RowRing {
 public:
  RowRing(const WindowShape& window, std::size_t count, const Row& empty)
      : height_(window.height), rows_(count, empty), held_(count, -1) {}

  /// The form of an input row; `make(row)` makes it anew where the ring does not hold it.
  template <typename Make>
  const Row& of(std::int64_t image, std::int64_t row, Make make) {
    const std::size_t place = static_cast<std::size_t>(row) % rows_.size();
    const std::int64_t number = image * height_ + row;
    if (held_[place] != number) {
      make(rows_[place]);
      held_[place] = number;
    }
    return rows_[place];
  }

 private:
  std::int64_t height_;
  std::vector<Row> rows_;
  std::vector<std::int64_t> held_;
};

/// Where a kernel row of a group fits into one byte and no group's channels are spread over two: rows of such patterns
/// are made once and stacked K high.
template <typename Container>
class StackedBand final : public WindowBand<Container> {
  using Base = WindowBand<Container>;

 public:
  static bool fits(const GroupLayout& layout) {
    return kByte % layout.group_channels == 0 && layout.kernel * layout.group_channels <= kByte;
  }

  StackedBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows, const Kernels& kernels)
      : Base(engine, rows, kernels),
        all_kernels_(kernels),
        mask_(engine, trace),
        planes_(engine.window, mask_.pixel_bytes(), kernels),
        pattern_pitch_(this->columns() + kLaneSlack),
        no_row_(this->slots() * pattern_pitch_),
        rows_(engine.window, static_cast<std::size_t>(engine.window.kernel), no_row_) {}

 private:
  using Patterns = std::vector<std::uint8_t>;

  void gather_row(std::int64_t image, std::int64_t row, std::size_t pixel) override {
    const WindowShape& window = this->window_;
    if constexpr (sizeof(Container) == 1) {
      if (window.kernel == 1) {
        // The pattern is the group; pads, which are smaller than the kernel, there are none.
        make(image, row * window.stride, this->lanes(0, 0, pixel), this->pitch());
        return;
      }
    }
    std::vector<const std::uint8_t*>& patterns = pointers_;
    patterns.clear();
    for (std::int64_t y = 0; y < window.kernel; ++y) {
      const std::int64_t from = row * window.stride + y - window.pad_top;
      const bool is_real = from >= 0 && from < window.height;
      patterns.push_back(
          (is_real ? rows_.of(image, from, [&](Patterns& made) { make(image, from, made.data(), pattern_pitch_); })
                   : no_row_)
              .data());
    }
    this->kernels_.stack({.patterns = patterns.data(),
                          .pattern_pitch = pattern_pitch_,
                          .kernel = patterns.size(),
                          .bits = static_cast<std::size_t>(window.kernel * this->layout_.group_channels),
                          .slots = this->slots(),
                          .columns = this->columns(),
                          .groups = this->lanes(0, 0, pixel),
                          .group_pitch = this->pitch()});
  }

  void make(std::int64_t image, std::int64_t row, std::uint8_t* patterns, std::size_t pitch) {
    planes_.fill(mask_.row(image, row));
    std::vector<const std::uint8_t*> planes;
    for (std::int64_t x = 0; x < this->window_.kernel; ++x) {
      planes.push_back(planes_.at(x));
    }
    all_kernels_.to_patterns({.planes = planes.data(),
                              .plane_pitch = planes_.pitch(),
                              .kernel = planes.size(),
                              .bits = static_cast<std::size_t>(this->layout_.group_channels),
                              .slots = this->slots(),
                              .columns = this->columns(),
                              .patterns = patterns,
                              .pattern_pitch = pitch});
  }

  const Kernels& all_kernels_;
  MaskRows mask_;
  RowPlanes planes_;
  std::size_t pattern_pitch_;
  Patterns no_row_;
  RowRing<Patterns> rows_;
  std::vector<const std::uint8_t*> pointers_;
};

/// All other groups: put together from runs of channels within one byte.
template <typename Container>
class PlacedBand final : public WindowBand<Container> {
  using Base = WindowBand<Container>;

 public:
  PlacedBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows, const Kernels& kernels)
      : Base(engine, rows, kernels),
        mask_(engine, trace),
        rows_(engine.window, static_cast<std::size_t>(engine.window.kernel),
              RowPlanes(engine.window, mask_.pixel_bytes(), kernels)) {}

 private:
  void gather_row(std::int64_t image, std::int64_t row, std::size_t pixel) override {
    const WindowShape& window = this->window_;
    for (std::size_t slot = 0; slot < this->slots(); ++slot) {
      for (std::size_t word = 0; word < this->words(); ++word) {
        std::fill_n(this->lanes(slot, word, pixel), this->columns() + kLaneSlack, Container{0});
      }
    }
    for (std::int64_t y = 0; y < window.kernel; ++y) {
      const std::int64_t from = row * window.stride + y - window.pad_top;
      if (from < 0 || from >= window.height) {
        continue;
      }
      const RowPlanes& planes = rows_.of(image, from, [&](RowPlanes& made) { made.fill(mask_.row(image, from)); });
      for (std::int64_t x = 0; x < window.kernel; ++x) {
        for (std::size_t slot = 0; slot < this->slots(); ++slot) {
          place_channels(planes, x, slot, y * window.kernel + x, pixel);
        }
      }
    }
  }

  /// The channels of a slot at one kernel position, byte by byte.
  void place_channels(const RowPlanes& planes, std::int64_t x, std::size_t slot, std::int64_t position,
                      std::size_t pixel) {
    const std::int64_t channels = this->layout_.group_channels;
    const std::int64_t first = static_cast<std::int64_t>(slot) * channels;
    for (std::int64_t channel = 0; channel < channels;) {
      const std::int64_t from = (first + channel) % kByte;
      const std::int64_t run = std::min(kByte - from, channels - channel);
      const std::uint8_t* const plane =
          planes.at(x) + static_cast<std::size_t>((first + channel) / kByte) * planes.pitch();
      place_run(plane, from, run, slot, position * channels + channel, pixel);
      channel += run;
    }
  }

  /// A run may straddle the edge of a word.
  void place_run(const std::uint8_t* plane, std::int64_t from, std::int64_t run, std::size_t slot, std::int64_t bit,
                 std::size_t pixel) {
    constexpr std::int64_t kBits = std::numeric_limits<Container>::digits;
    while (run > 0) {
      const std::int64_t to = bit % kBits;
      const std::int64_t part = std::min(run, kBits - to);
      this->kernels_.place({.plane = plane,
                            .columns = this->columns(),
                            .from = static_cast<unsigned>(from),
                            .mask = static_cast<std::uint8_t>((1U << part) - 1),
                            .to = static_cast<unsigned>(to),
                            .containers = this->lanes(slot, static_cast<std::size_t>(bit / kBits), pixel)});
      from += part;
      bit += part;
      run -= part;
    }
  }

  MaskRows mask_;
  RowRing<RowPlanes> rows_;
};

}  // namespace

template <typename Container>
WindowBand<Container>::WindowBand(const DotEngine& engine, std::int64_t rows, const Kernels& kernels)
    : layout_(engine),
      window_(engine.window),
      kernels_(kernels_for<Container>(kernels)),
      slots_(static_cast<std::size_t>(layout_.beats_per_pixel * layout_.lane_units)),
      words_(static_cast<std::size_t>(layout_.words)),
      pitch_((static_cast<std::size_t>(rows * engine.window.out_width()) / kLaneSlack + 2) * kLaneSlack),
      groups_(slots_ * words_ * pitch_) {}

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
  for (std::int64_t row = first; row < first + rows; ++row) {
    gather_row(row / window_.out_height(), row % window_.out_height(),
               static_cast<std::size_t>(row - first) * columns());
  }
  // What the last row wrote too much must not count.
  const std::size_t pixels = static_cast<std::size_t>(rows) * columns();
  for (std::size_t slot = 0; slot < slots_; ++slot) {
    for (std::size_t word = 0; word < words_; ++word) {
      std::fill_n(lanes(slot, word, pixels), kLaneSlack, Container{0});
    }
  }
}

template class WindowBand<std::uint8_t>;
template class WindowBand<std::uint16_t>;
template class WindowBand<std::uint32_t>;
template class WindowBand<std::uint64_t>;

}  // namespace millrace::sim
