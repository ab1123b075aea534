// The bare loop on the vectors of a level. Include it only in the source that is compiled for that level.
#pragma once

#include "bench/bare_loop.hpp"
#include "modules/simd/lanes.hpp"

namespace millrace::bench {

template <typename Level, typename Container>
class BareLoop {
  using Vec = typename Level::template Vec<Container>;
  static constexpr std::size_t kLanes = Level::kBytes / sizeof(Container);
  static constexpr std::size_t kAtOnce = 4;
  /// Filters until the narrowest lanes are full.
  static constexpr std::size_t kMost = sizeof(Container) == 1 ? 31 : 2047;

 public:
  static std::uint64_t count(const BareTask<Container>& task) {
    std::uint64_t pairs = 0;
    std::size_t pixel = 0;
    for (; pixel + (kAtOnce - 1) * kLanes < task.pixels; pixel += kAtOnce * kLanes) {
      pairs += task.words == 1 ? count_pixels<kAtOnce, false>(task, pixel) : count_pixels<kAtOnce, true>(task, pixel);
    }
    for (; pixel < task.pixels; pixel += kLanes) {
      pairs += task.words == 1 ? count_pixels<1, false>(task, pixel) : count_pixels<1, true>(task, pixel);
    }
    return pairs;
  }

 private:
  template <std::size_t kVectors, bool kManyWords>
  static std::uint64_t count_pixels(const BareTask<Container>& task, std::size_t pixel) {
    const Container* const activations = task.activations + pixel;
    Vec groups[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      groups[v] = lanes::load<Vec>(activations + v * kLanes);
    }
    std::uint64_t all = 0;
    const Container* weight = task.weights;
    for (std::size_t done = 0; done < task.filters; done += kMost) {
      const std::size_t filters = task.filters - done < kMost ? task.filters - done : kMost;
      Vec pairs[kVectors] = {};
      for (std::size_t filter = 0; filter < filters; ++filter) {
        for (std::size_t v = 0; v < kVectors; ++v) {
          pairs[v] += Level::template popcount<Container>(groups[v] & *weight);
          if constexpr (kManyWords) {
            for (std::size_t word = 1; word < task.words; ++word) {
              const Vec more = lanes::load<Vec>(activations + word * task.pitch + v * kLanes);
              pairs[v] += Level::template popcount<Container>(more & weight[word]);
            }
          }
        }
        weight += kManyWords ? task.words : 1;
      }
      for (std::size_t v = 0; v < kVectors; ++v) {
        all += lanes::sum_of<Container, Level::kBytes>(pairs[v]);
      }
    }
    return all;
  }
};

template <typename Level>
inline constexpr BareLoops kBareLoopsOf = {BareLoop<Level, std::uint8_t>::count, BareLoop<Level, std::uint16_t>::count,
                                           BareLoop<Level, std::uint32_t>::count,
                                           BareLoop<Level, std::uint64_t>::count};

}  // namespace millrace::bench
