// The innermost loop of the work stage: surviving pairs, and their cycles, of many filters on the groups of slots.
//
// A lane is a pixel. Its group stays in a register while all filters of the slot pass by, so that the sum over a unit's
// filters needs no step across lanes.
#pragma once

#include <type_traits>

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
        return count_by_macs<LargeCost<Level::kBytes>, true>(task);
      }
    }
    return count_by_macs<typename Level::template Cost<Container>, false>(task);
  }

 private:
  /// Surviving pairs of all lanes. They stay in the lanes that they were counted in until these are full.
  struct Survivors {
    Vec narrow[kAtOnce] = {};
    Words wide = {};
    std::size_t chunks = 0;
  };

  template <typename Cost, bool kManyWords>
  static std::int64_t count_by_macs(const Task& task) {
    if (task.cost->macs > 1) {
      return count_all<Cost, kManyWords>(task);
    }
    return task.cost->least == 0 ? count_all<PairCost<Container, Level::kBytes>, kManyWords>(task)
                                 : count_all<SingleCost<Container, Level::kBytes>, kManyWords>(task);
  }

  template <typename Cost, bool kManyWords>
  static std::int64_t count_all(const Task& task) {
    Survivors survivors;
    Task slot = task;
    for (std::size_t s = 0; s < task.slots; ++s) {
      count_slot<Cost, kManyWords>(slot, survivors);
      slot.activations += task.words * task.pitch;
      slot.weights += task.units * task.filters * task.words;
      slot.cycles += task.units * task.pitch;
    }
    empty(survivors);
    return static_cast<std::int64_t>(lanes::sum_of<std::uint64_t, Level::kBytes>(survivors.wide));
  }

  template <typename Cost, bool kManyWords>
  [[gnu::always_inline]] static void count_slot(const Task& task, Survivors& survivors) {
    std::size_t lane = 0;
    for (; lane + (kAtOnce - 1) * kLanes < task.lanes; lane += kAtOnce * kLanes) {
      count_lanes<Cost, kManyWords, kAtOnce>(task, lane, survivors);
    }
    if (lane + kLanes < task.lanes) {
      count_lanes<Cost, kManyWords, 2>(task, lane, survivors);
      lane += 2 * kLanes;
    }
    if (lane < task.lanes) {
      count_lanes<Cost, kManyWords, 1>(task, lane, survivors);
    }
  }

  /// All units on kVectors vectors of lanes.
  template <typename Cost, bool kManyWords, std::size_t kVectors>
  [[gnu::always_inline]] static void count_lanes(const Task& task, std::size_t lane, Survivors& survivors) {
    const Cost cost(*task.cost);
    const Container* const activations = task.activations + lane;
    Vec groups[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      groups[v] = lanes::load<Vec>(activations + v * kLanes);
    }
    const Container* weight = task.weights;
    for (std::size_t unit = 0; unit < task.units; ++unit) {
      Sum* const sums = task.cycles + unit * task.pitch + lane;
      for (std::size_t done = 0; done < task.filters;) {
        const std::size_t left = task.filters - done;
        const std::size_t filters = left < task.chunks.filters ? left : task.chunks.filters;
        if (survivors.chunks == task.chunks.until_full) {
          empty(survivors);
        }
        ++survivors.chunks;
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
            if constexpr (!Cost::kIsPairs) {
              pairs[v] += count;
            }
          }
          weight += kManyWords ? task.words : 1;
        }
        for (std::size_t v = 0; v < kVectors; ++v) {
          survivors.narrow[v] = Cost::kIsPairs ? pairs[v] + cycles[v] : pairs[v];
          put<Container>(cycles[v], sums + v * kLanes, done > 0);
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
    survivors.chunks = 0;
  }

  /// Stores or adds one vector of cycles as sums. Halves are taken in registers: what is read in parts from memory, the
  /// compiler keeps there, and counts into memory.
  template <typename Lane>
  [[gnu::always_inline]] static void put(lanes::Vector<Lane, Level::kBytes> cycles, Sum* sums, bool add) {
    if constexpr (sizeof(Sum) <= sizeof(Lane)) {
      const auto part = Level::template narrowed<Sum, Lane>(cycles);
      store_or_add(sums, part, add);
    } else {
      using Wider = std::conditional_t<sizeof(Lane) == 1, std::uint16_t, std::uint32_t>;
      constexpr std::size_t kHalf = Level::kBytes / sizeof(Wider);
      put<Wider>(Level::template widened<Wider, Lane>(lanes::lower_half<Lane, Level::kBytes>(cycles)), sums, add);
      put<Wider>(Level::template widened<Wider, Lane>(lanes::upper_half<Lane, Level::kBytes>(cycles)), sums + kHalf,
                 add);
    }
  }

  template <typename Sums>
  [[gnu::always_inline]] static void store_or_add(Sum* sums, Sums part, bool add) {
    lanes::store(sums, add ? lanes::load<Sums>(sums) + part : part);
  }
};

}  // namespace millrace::sim
