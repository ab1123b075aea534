// The innermost loop of the work stage: surviving pairs, and their cycles, of many filters on the groups of one slot.
//
// A lane is a pixel. Its group stays in a register while all filters of the slot pass by, so that the sum over a unit's
// filters needs no step across lanes.
#pragma once

#include "modules/simd/lanes.hpp"
#include "sim/work/simd/division.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

template <typename Level, typename Container, typename Sum>
class PairKernel {
  using Vec = typename Level::template Vec<Container>;
  using Words = typename Level::template Vec<std::uint64_t>;
  using Task = PairTask<Container, Sum>;
  static constexpr std::size_t kLanes = Level::kBytes / sizeof(Container);
  /// Vectors of pixels that share one load of a weight group.
  static constexpr std::size_t kAtOnce = 4;

 public:
  static std::int64_t count(const Task& task) {
    if (task.words > 1) {
      if constexpr (sizeof(Container) == sizeof(std::uint64_t)) {
        return task.cost->macs == 1 ? count_all<SingleCost<Container, Level::kBytes>, true>(task)
                                    : count_all<LargeCost<Level::kBytes>, true>(task);
      }
    }
    return task.cost->macs == 1 ? count_all<SingleCost<Container, Level::kBytes>, false>(task)
                                : count_all<typename Level::template Cost<Container>, false>(task);
  }

 private:
  /// Surviving pairs of all pixels. They stay in the lanes that they were counted in until these are full.
  struct Survivors {
    Vec narrow[kAtOnce] = {};
    Words wide = {};
    std::size_t added = 0;
  };

  template <typename Cost, bool kManyWords>
  static std::int64_t count_all(const Task& task) {
    Survivors survivors;
    std::size_t pixel = 0;
    for (; pixel + (kAtOnce - 1) * kLanes < task.pixels; pixel += kAtOnce * kLanes) {
      count_pixels<Cost, kManyWords, kAtOnce>(task, pixel, survivors);
    }
    if (pixel + kLanes < task.pixels) {
      count_pixels<Cost, kManyWords, 2>(task, pixel, survivors);
      pixel += 2 * kLanes;
    }
    if (pixel < task.pixels) {
      count_pixels<Cost, kManyWords, 1>(task, pixel, survivors);
    }
    empty(survivors);
    return static_cast<std::int64_t>(lanes::sum_of<std::uint64_t, Level::kBytes>(survivors.wide));
  }

  /// Filters whose cycles and pairs a lane can hold.
  static std::size_t most_filters(const CostRule& cost) {
    if constexpr (sizeof(Container) == 1) {
      return cost.most_of_8;
    } else if constexpr (sizeof(Container) == 2) {
      return cost.most_of_16;
    } else {
      // 2^26 x 32 pairs; layers have at most 2^16 filters.
      return std::size_t{1} << 26;
    }
  }

  /// All units on kVectors vectors of pixels.
  template <typename Cost, bool kManyWords, std::size_t kVectors>
  [[gnu::always_inline]] static void count_pixels(const Task& task, std::size_t pixel, Survivors& survivors) {
    const Cost cost(*task.cost);
    const std::size_t most = most_filters(*task.cost);
    const Container* const activations = task.activations + pixel;
    Vec groups[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      groups[v] = lanes::load<Vec>(activations + v * kLanes);
    }
    const Container* weight = task.weights;
    for (std::size_t unit = 0; unit < task.units; ++unit) {
      Sum* const sums = task.cycles + unit * task.pitch + pixel;
      for (std::size_t done = 0; done < task.filters;) {
        const std::size_t filters = task.filters - done < most ? task.filters - done : most;
        if (survivors.added + filters > most) {
          empty(survivors);
        }
        survivors.added += filters;
        Vec cycles[kVectors] = {};
        Vec pairs[kVectors];
        for (std::size_t v = 0; v < kVectors; ++v) {
          pairs[v] = survivors.narrow[v];
        }
        for (std::size_t filter = 0; filter < filters; ++filter) {
          for (std::size_t v = 0; v < kVectors; ++v) {
            Vec count = Level::template popcount<Container>(groups[v] & *weight);
            if constexpr (kManyWords) {
              for (std::size_t word = 1; word < task.words; ++word) {
                const Vec more = lanes::load<Vec>(activations + word * task.pitch + v * kLanes);
                count += Level::template popcount<Container>(more & weight[word]);
              }
            }
            cycles[v] += cost(count);
            pairs[v] += count;
          }
          weight += kManyWords ? task.words : 1;
        }
        for (std::size_t v = 0; v < kVectors; ++v) {
          survivors.narrow[v] = pairs[v];
          put(cycles[v], sums + v * kLanes, done > 0);
        }
        done += filters;
      }
    }
  }

  [[gnu::always_inline]] static void empty(Survivors& survivors) {
    for (Vec& vector : survivors.narrow) {
      survivors.wide += Level::template sums_of_8_bytes<Container>(vector);
      vector = Vec{};
    }
    survivors.added = 0;
  }

  /// Stores or adds one vector of cycles as sums.
  [[gnu::always_inline]] static void put(Vec cycles, Sum* sums, bool add) {
    if constexpr (sizeof(Sum) <= sizeof(Container)) {
      const auto part = Level::template narrowed<Sum, Container>(cycles);
      store_or_add(sums, part, add);
    } else {
      using Sums = typename Level::template Vec<Sum>;
      constexpr std::size_t kPart = Level::kBytes / sizeof(Sum);
      Container wide[kLanes];
      lanes::store(wide, cycles);
      for (std::size_t lane = 0; lane < kLanes; lane += kPart) {
        const Sums part = Level::template widened<Sum>(wide + lane);
        store_or_add(sums + lane, part, add);
      }
    }
  }

  template <typename Sums>
  [[gnu::always_inline]] static void store_or_add(Sum* sums, Sums part, bool add) {
    lanes::store(sums, add ? lanes::load<Sums>(sums) + part : part);
  }
};

}  // namespace millrace::sim
