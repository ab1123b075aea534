// From masks as a trace stores them (pixel by pixel, channels innermost) to groups side by side in lanes of pixels.
#pragma once

#include "modules/simd/lanes.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

template <typename Level>
class WindowKernel {
  using Bytes = typename Level::template Vec<std::uint8_t>;
  /// Blocks of 16 pixels by 16 bytes.
  static constexpr std::size_t kBlock = 16;
  using Row = lanes::Vector<std::uint8_t, kBlock>;

 public:
  static void to_planes(const PlaneTask& task) {
    for (std::size_t first = 0; first < task.count; first += kBlock) {
      const std::size_t pixels = task.count - first < kBlock ? task.count - first : kBlock;
      const std::uint8_t* const from = task.pixels + first * task.pixel_pitch;
      for (std::size_t byte = 0; byte < task.bytes; byte += kBlock) {
        const std::size_t bytes = task.bytes - byte < kBlock ? task.bytes - byte : kBlock;
        std::uint8_t* const to = task.planes + byte * task.plane_pitch + first;
        if (bytes <= kFewBytes) {
          copy_bytes(from + byte, task.pixel_pitch, pixels, bytes, to, task.plane_pitch);
        } else {
          transpose(from + byte, task.pixel_pitch, pixels, bytes, to, task.plane_pitch);
        }
      }
    }
  }

  static void to_patterns(const PatternTask& task) {
    if (task.kernel == 3 && task.bits == 1 && task.slots == 8) {
      patterns_of_plane(task);
    } else {
      task.kernel == 1 ? patterns_of<1>(task) : task.kernel == 3 ? patterns_of<3>(task) : patterns_of<kAnyKernel>(task);
    }
  }

  template <typename Container>
  static void join(const JoinTask<Container>& task) {
    bool whole = true;
    for (std::size_t piece = 0; piece < task.count; ++piece) {
      whole = whole && task.pieces[piece].from == 0 && task.pieces[piece].mask == 0xFF;
    }
    task.kept == nullptr ? join_by_count<false>(task, whole) : join_by_count<true>(task, whole);
  }

 private:
  /// The usual kernels are known when compiled.
  static constexpr std::size_t kAnyKernel = 0;
  static constexpr std::size_t kAnyCount = 0;

  template <std::size_t kKernel>
  static void patterns_of(const PatternTask& task) {
    const std::size_t kernel = kKernel == kAnyKernel ? task.kernel : kKernel;
    const auto mask = static_cast<std::uint8_t>((1U << task.bits) - 1);
    for (std::size_t slot = 0; slot < task.slots; ++slot) {
      const auto shift = static_cast<unsigned>(slot * task.bits);
      std::uint8_t* const to = task.patterns + slot * task.pattern_pitch;
      for (std::size_t lane = 0; lane < task.lanes; lane += Level::kBytes) {
        Bytes pattern = {};
        for (std::size_t x = 0; x < kernel; ++x) {
          const Bytes channels = lanes::load<Bytes>(task.planes[x] + lane);
          pattern |= shifted_up((shifted_down(channels, shift) & mask), static_cast<unsigned>(x * task.bits));
        }
        lanes::store(to + lane, pattern);
      }
    }
  }

  /// Single channels, all 8 of a plane, and the usual kernel: channels s and s + 4 go together in both halves of a
  /// byte.
  static void patterns_of_plane(const PatternTask& task) {
    constexpr std::uint8_t kBoth = 0x11;
    for (std::size_t lane = 0; lane < task.lanes; lane += Level::kBytes) {
      const Bytes left = lanes::load<Bytes>(task.planes[0] + lane);
      const Bytes middle = lanes::load<Bytes>(task.planes[1] + lane);
      const Bytes right = lanes::load<Bytes>(task.planes[2] + lane);
      std::uint8_t* to = task.patterns + lane;
      for (unsigned slot = 0; slot < 4; ++slot) {
        const Bytes both = (shifted_down(left, slot) & kBoth) | shifted_up(shifted_down(middle, slot) & kBoth, 1) |
                           shifted_up(shifted_down(right, slot) & kBoth, 2);
        lanes::store(to, both & std::uint8_t{7});
        lanes::store(to + 4 * task.pattern_pitch, shifted_down(both, 4) & std::uint8_t{7});
        to += task.pattern_pitch;
      }
    }
  }

  template <bool kGaps, typename Container>
  static void join_by_count(const JoinTask<Container>& task, bool whole) {
    if (!whole) {
      join_of<kAnyCount, false, kGaps>(task);
    } else if (task.count == 3) {
      join_of<3, true, kGaps>(task);
    } else {
      join_of<kAnyCount, true, kGaps>(task);
    }
  }

  template <std::size_t kCount, bool kWhole, bool kGaps, typename Container>
  static void join_of(const JoinTask<Container>& task) {
    const std::size_t count = kCount == kAnyCount ? task.count : kCount;
    const Piece* pieces = task.pieces;
    // Few ones stay in registers: nothing that is stored can change them.
    Piece few[kCount + 1];
    if constexpr (kCount != kAnyCount) {
      for (std::size_t p = 0; p < kCount; ++p) {
        few[p] = task.pieces[p];
      }
      pieces = few;
    }
    for (std::size_t slot = 0; slot < task.slots; ++slot) {
      std::size_t from = slot * task.slot_bytes;
      Container* to = task.containers + slot * task.slot_containers;
      for (std::size_t row = 0; row < task.rows; ++row) {
        join_row<kWhole, kGaps>(task, pieces, count, from, to);
        from += task.row_bytes;
        to += task.row_lanes;
      }
    }
  }

  /// What it writes too much, the next row puts right.
  template <bool kWhole, bool kGaps, typename Container>
  [[gnu::always_inline]] static void join_row(const JoinTask<Container>& task, const Piece* pieces, std::size_t count,
                                              std::size_t from, Container* to) {
    constexpr std::size_t kLanes = Level::kBytes / sizeof(Container);
    using Vec = typename Level::template Vec<Container>;
    for (std::size_t lane = 0; lane < task.row_lanes; lane += kLanes) {
      Vec group = {};
      for (std::size_t p = 0; p < count; ++p) {
        const Piece& piece = pieces[p];
        Vec bits = widened<Container>(piece.bytes + from + lane);
        if constexpr (!kWhole) {
          bits = (bits >> static_cast<Container>(piece.from)) & Container{piece.mask};
        }
        group |= bits << static_cast<Container>(piece.to);
      }
      if constexpr (kGaps) {
        group &= lanes::load<Vec>(task.kept + lane);
      }
      lanes::store(to + lane, group);
    }
  }

  /// Up to so many bytes a pixel, copying is as fast as transposing a block of 16.
  static constexpr std::size_t kFewBytes = 2;

  template <typename Container>
  [[gnu::always_inline]] static typename Level::template Vec<Container> widened(const std::uint8_t* from) {
    if constexpr (sizeof(Container) == 1) {
      return lanes::load<Bytes>(from);
    } else {
      using Narrow = typename Level::template Narrow<Container, std::uint8_t>;
      return Level::template widened<Container, std::uint8_t>(lanes::load<Narrow>(from));
    }
  }

  // Shifts of bytes as shifts of 64-bit words, which processors have: what crosses a byte's edge is masked out.
  [[gnu::always_inline]] static Bytes shifted_down(Bytes bytes, unsigned shift) {
    using Words = typename Level::template Vec<std::uint64_t>;
    return lanes::as<Bytes>(lanes::as<Words>(bytes) >> shift);
  }
  [[gnu::always_inline]] static Bytes shifted_up(Bytes bytes, unsigned shift) {
    using Words = typename Level::template Vec<std::uint64_t>;
    return lanes::as<Bytes>(lanes::as<Words>(bytes) << shift);
  }

  static void copy_bytes(const std::uint8_t* from, std::size_t from_pitch, std::size_t pixels, std::size_t bytes,
                         std::uint8_t* to, std::size_t to_pitch) {
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        to[byte * to_pitch + pixel] = from[pixel * from_pitch + byte];
      }
    }
  }

  /// `bytes` of 3 to 16, and zeros behind them. Reads no byte that is not asked for: the masks may end where a mapped
  /// file ends. Parts that overlap agree.
  [[gnu::always_inline]] static Row row_of(const std::uint8_t* from, std::size_t bytes) {
    if (bytes == kBlock) {
      return lanes::load<Row>(from);
    }
    using Halves = lanes::Vector<std::uint64_t, kBlock>;
    if (bytes > 8) {
      return lanes::as<Row>(Halves{lanes::load<std::uint64_t>(from),
                                   lanes::load<std::uint64_t>(from + bytes - 8) >> (8 * (kBlock - bytes))});
    }
    if (bytes >= 4) {
      const std::uint64_t end = lanes::load<std::uint32_t>(from + bytes - 4);
      return lanes::as<Row>(Halves{lanes::load<std::uint32_t>(from) | end << (8 * (bytes - 4)), 0});
    }
    return lanes::as<Row>(Halves{lanes::load<std::uint16_t>(from) | std::uint64_t{from[2]} << 16, 0});
  }

  static void transpose(const std::uint8_t* from, std::size_t from_pitch, std::size_t pixels, std::size_t bytes,
                        std::uint8_t* to, std::size_t to_pitch) {
    Row rows[kBlock] = {};
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      rows[pixel] = row_of(from + pixel * from_pitch, bytes);
    }
    lanes::transpose<std::uint8_t, kBlock>(rows);
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      lanes::store(to + byte * to_pitch, rows[byte]);
    }
  }
};

}  // namespace millrace::sim
