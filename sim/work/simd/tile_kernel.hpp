// From sums side by side in lanes of pixels to windows as an engine takes them, all units of a window together.
#pragma once

#include "sim/work/simd/lanes.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

template <typename Level>
class TileKernel {
 public:
  template <typename Sum>
  static void to_band(const TileTask<Sum>& task) {
    constexpr std::size_t kLanes = Level::kBytes / sizeof(Sum);
    for (std::size_t pixel = 0; pixel < task.pixels; pixel += kLanes) {
      const std::size_t pixels = task.pixels - pixel < kLanes ? task.pixels - pixel : kLanes;
      for (std::size_t row = 0; row < task.rows; row += lanes::kSide<Sum>) {
        const std::size_t rows = task.rows - row < lanes::kSide<Sum> ? task.rows - row : lanes::kSide<Sum>;
        put_block(task, pixel, pixels, row, rows);
      }
    }
  }

 private:
  template <typename Sum>
  static void put_block(const TileTask<Sum>& task, std::size_t pixel, std::size_t pixels, std::size_t row,
                        std::size_t rows) {
    constexpr std::size_t kSide = lanes::kSide<Sum>;
    using Vec = typename Level::template Vec<Sum>;
    Vec block[kSide];
    for (std::size_t r = 0; r < kSide; ++r) {
      // Rows that are not there are as good as any: they are not handed over.
      block[r] = lanes::load<Vec>(task.tile + (row + (r < rows ? r : 0)) * task.pitch + pixel);
    }
    lanes::transpose<Sum, Level::kBytes>(block);
    Sum windows[Level::kBytes / sizeof(Sum) * kSide];
    __builtin_memcpy(windows, block, sizeof(windows));
    std::uint32_t* const band = task.band + pixel * task.band_pitch + row;
    for (std::size_t p = 0; p < pixels; ++p) {
      const Sum* const window = windows + (p % kSide * (Level::kBytes / 16) + p / kSide) * kSide;
      std::uint32_t* const to = band + p * task.band_pitch;
      if (rows == kSide) {
        put_all(window, to);
      } else {
        for (std::size_t r = 0; r < rows; ++r) {
          to[r] = window[r] > 1 ? window[r] : 1;
        }
      }
    }
  }

  /// A window takes an edge even if every group of it is skipped.
  template <typename Sum>
  [[gnu::always_inline]] static void put_all(const Sum* window, std::uint32_t* to) {
    constexpr std::size_t kSide = lanes::kSide<Sum>;
    if constexpr (sizeof(Sum) == 4) {
      using Cycles = lanes::Vector<std::uint32_t, 16>;
      lanes::store(to, lanes::at_least<Cycles>(lanes::load<Cycles>(window), Cycles{} + 1U));
    } else {
      using Cycles = typename Level::template Vec<std::uint32_t>;
      for (std::size_t r = 0; r < kSide; r += Level::kBytes / 4) {
        const Cycles cycles = Level::template widened<std::uint32_t>(window + r);
        lanes::store(to + r, lanes::at_least<Cycles>(cycles, Cycles{} + 1U));
      }
    }
  }
};

}  // namespace millrace::sim
