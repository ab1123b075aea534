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
    using Part = lanes::Vector<Sum, 16>;
    using Windows = lanes::Vector<std::uint32_t, kSide * sizeof(std::uint32_t)>;
    Vec block[kSide] = {};
    for (std::size_t r = 0; r < rows; ++r) {
      block[r] = lanes::load<Vec>(task.tile + (row + r) * task.pitch + pixel);
    }
    lanes::transpose<Sum, Level::kBytes>(block);
    std::uint32_t* const band = task.band + pixel * task.band_pitch + row;
    for (std::size_t p = 0; p < pixels; ++p) {
      Part part;
      __builtin_memcpy(&part, reinterpret_cast<const char*>(&block[p % kSide]) + p / kSide * sizeof(part),
                       sizeof(part));
      // A window takes an edge even if every group of it is skipped.
      const Windows cycles = lanes::at_least<Windows>(__builtin_convertvector(part, Windows), Windows{} + 1U);
      if (rows == kSide) {
        lanes::store(band + p * task.band_pitch, cycles);
      } else {
        for (std::size_t r = 0; r < rows; ++r) {
          band[p * task.band_pitch + r] = cycles[r];
        }
      }
    }
  }
};

}  // namespace millrace::sim
