// From masks as a trace stores them (pixel by pixel, channels innermost) to groups side by side in lanes of pixels.
#pragma once

#include "sim/work/simd/lanes.hpp"
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
    task.kernel == 1 ? patterns_of<1>(task) : task.kernel == 3 ? patterns_of<3>(task) : patterns_of<kAnyKernel>(task);
  }

  template <typename Container>
  static void stack(const StackTask<Container>& task) {
    task.kernel == 1 ? stack_of<1>(task) : task.kernel == 3 ? stack_of<3>(task) : stack_of<kAnyKernel>(task);
  }

  template <typename Container>
  static void place(const PlaceTask<Container>& task) {
    constexpr std::size_t kLanes = Level::kBytes / sizeof(Container);
    using Vec = typename Level::template Vec<Container>;
    for (std::size_t column = 0; column < task.columns; column += kLanes) {
      const Vec bytes = widened<Container>(task.plane + column);
      const Vec bits = ((bytes >> static_cast<Container>(task.from)) & Container{task.mask})
                       << static_cast<Container>(task.to);
      lanes::store(task.containers + column, lanes::load<Vec>(task.containers + column) | bits);
    }
  }

 private:
  /// The usual kernels are known when compiled.
  static constexpr std::size_t kAnyKernel = 0;

  template <std::size_t kKernel>
  static void patterns_of(const PatternTask& task) {
    const std::size_t kernel = kKernel == kAnyKernel ? task.kernel : kKernel;
    const auto mask = static_cast<std::uint8_t>((1U << task.bits) - 1);
    for (std::size_t slot = 0; slot < task.slots; ++slot) {
      const std::size_t plane = slot * task.bits / 8 * task.plane_pitch;
      const auto shift = static_cast<unsigned>(slot * task.bits % 8);
      std::uint8_t* const to = task.patterns + slot * task.pattern_pitch;
      for (std::size_t column = 0; column < task.columns; column += Level::kBytes) {
        Bytes pattern = {};
        for (std::size_t x = 0; x < kernel; ++x) {
          const Bytes channels = lanes::load<Bytes>(task.planes[x] + plane + column);
          pattern |= shifted_up((shifted_down(channels, shift) & mask), static_cast<unsigned>(x * task.bits));
        }
        lanes::store(to + column, pattern);
      }
    }
  }

  template <std::size_t kKernel, typename Container>
  static void stack_of(const StackTask<Container>& task) {
    const std::size_t kernel = kKernel == kAnyKernel ? task.kernel : kKernel;
    constexpr std::size_t kLanes = Level::kBytes / sizeof(Container);
    using Vec = typename Level::template Vec<Container>;
    for (std::size_t slot = 0; slot < task.slots; ++slot) {
      const std::size_t from = slot * task.pattern_pitch;
      Container* const to = task.groups + slot * task.group_pitch;
      for (std::size_t column = 0; column < task.columns; column += kLanes) {
        Vec group = {};
        for (std::size_t y = 0; y < kernel; ++y) {
          const std::uint8_t* const pattern = task.patterns[y] + from + column;
          group |= widened<Container>(pattern) << static_cast<Container>(y * task.bits);
        }
        lanes::store(to + column, group);
      }
    }
  }

  /// Up to so many bytes a pixel, copying is as fast as transposing a block of 16.
  static constexpr std::size_t kFewBytes = 2;

  template <typename Container>
  [[gnu::always_inline]] static typename Level::template Vec<Container> widened(const std::uint8_t* from) {
    if constexpr (sizeof(Container) == 1) {
      return lanes::load<Bytes>(from);
    } else {
      return Level::template widened<Container>(from);
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

  /// Reads no byte that is not asked for: the masks may end where a mapped file ends.
  static void transpose(const std::uint8_t* from, std::size_t from_pitch, std::size_t pixels, std::size_t bytes,
                        std::uint8_t* to, std::size_t to_pitch) {
    Row rows[kBlock] = {};
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      if (bytes == kBlock) {
        rows[pixel] = lanes::load<Row>(from + pixel * from_pitch);
      } else {
        __builtin_memcpy(&rows[pixel], from + pixel * from_pitch, bytes);
      }
    }
    lanes::transpose<std::uint8_t, kBlock>(rows);
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      lanes::store(to + byte * to_pitch, rows[byte]);
    }
  }
};

}  // namespace millrace::sim
