// From sums side by side in lanes of pixels to windows as an engine takes them, all units of a window together.
#pragma once

#include "modules/simd/lanes.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

template <typename Level>
class TileKernel {
 public:
  /// Windows are put together beside the band first. Those of neighbouring pixels are far apart there, often by a
  /// multiple of what caches take for the same place: it is written once, and not in pieces.
  template <typename Sum>
  static void to_band(const TileTask<Sum>& task) {
    constexpr std::size_t kLanes = Level::kBytes / sizeof(Sum);
    alignas(kTileBytes) Sum windows[kLanes][kTileRows<Sum>];
    Sum* band = task.band;
    std::size_t column = 0;
    for (std::size_t lane = 0; lane < task.lanes; lane += kLanes) {
      for (std::size_t row = 0; row < task.rows; row += lanes::kSide<Sum>) {
        put_block(task, lane, row, windows);
      }
      const std::size_t count = task.lanes - lane < kLanes ? task.lanes - lane : kLanes;
      for (std::size_t index = 0; index < count; ++index) {
        if (column < task.columns) {
          put_window(windows[index], task.rows * sizeof(Sum), band);
          band += task.band_pitch;
        }
        column = column + 1 == task.row_lanes ? 0 : column + 1;
      }
    }
  }

 private:
  /// A square of rows and columns in every 16 bytes of the vectors.
  template <typename Sum, std::size_t kLanes>
  [[gnu::always_inline]] static void put_block(const TileTask<Sum>& task, std::size_t lane, std::size_t row,
                                               Sum (&windows)[kLanes][kTileRows<Sum>]) {
    constexpr std::size_t kSide = lanes::kSide<Sum>;
    using Vec = typename Level::template Vec<Sum>;
    const std::size_t rows = task.rows - row < kSide ? task.rows - row : kSide;
    Vec block[kSide];
    for (std::size_t r = 0; r < kSide; ++r) {
      // Rows that are not there are as good as any: they are not handed over.
      block[r] = lanes::load<Vec>(task.tile + (row + (r < rows ? r : 0)) * task.pitch + lane);
    }
    lanes::transpose<Sum, Level::kBytes>(block);
    for (std::size_t r = 0; r < kSide; ++r) {
      // A window takes an edge even if every group of it is skipped.
      const Vec part = lanes::at_least<Vec>(block[r], Vec{} + Sum{1});
      Sum numbers[kLanes];
      lanes::store(numbers, part);
      for (std::size_t square = 0; square < kLanes / kSide; ++square) {
        __builtin_memcpy(&windows[square * kSide + r][row], numbers + square * kSide, kSide * sizeof(Sum));
      }
    }
  }

  /// So many bytes, some of them twice.
  [[gnu::always_inline]] static void put_window(const void* window, std::size_t bytes, void* to) {
    if (bytes == kTileBytes) {
      __builtin_memcpy(to, window, kTileBytes);
    } else if (bytes >= 32) {
      put_both_ends<32>(window, bytes, to);
    } else if (bytes >= 16) {
      put_both_ends<16>(window, bytes, to);
    } else if (bytes >= 8) {
      put_both_ends<8>(window, bytes, to);
    } else if (bytes >= 4) {
      put_both_ends<4>(window, bytes, to);
    } else if (bytes >= 2) {
      put_both_ends<2>(window, bytes, to);
    } else {
      __builtin_memcpy(to, window, 1);
    }
  }
  template <std::size_t kBytes>
  [[gnu::always_inline]] static void put_both_ends(const void* window, std::size_t bytes, void* to) {
    const auto* const from = static_cast<const char*>(window);
    __builtin_memcpy(to, from, kBytes);
    __builtin_memcpy(static_cast<char*>(to) + bytes - kBytes, from + bytes - kBytes, kBytes);
  }
};

}  // namespace millrace::sim
