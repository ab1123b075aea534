// The clocks of units on the vectors of a level. Include it only in the source that is compiled for that level.
#pragma once

#include "modules/engine/unit_kernels.hpp"
#include "modules/simd/lanes.hpp"

namespace millrace {

template <typename Level>
class UnitKernel {
  static constexpr std::size_t kLanes = Level::kBytes < sizeof(UnitBlock) ? Level::kBytes / sizeof(std::int64_t)
                                                                          : kUnitLanes;
  using Clocks = lanes::Vector<std::int64_t, kLanes * sizeof(std::int64_t)>;

 public:
  template <typename Number>
  static std::int64_t take(const TakeTask& task) {
    const auto* const work = reinterpret_cast<const Number*>(task.work);
    const Clocks ready = task.ready - Clocks{};
    Clocks done = ready;
    Clocks left = static_cast<std::int64_t>(task.units) - numbers();
    for (std::size_t unit = 0; unit < task.units; unit += kLanes) {
      // Work of lanes behind the last unit is somebody else's.
      const Clocks cycles = lanes::as<Clocks>(Level::template widened<std::uint64_t>(work + unit)) & (left > 0);
      left -= static_cast<std::int64_t>(kLanes);
      std::int64_t* const now = lane(task.now, unit);
      std::int64_t* const busy = lane(task.busy, unit);
      const Clocks end = lanes::at_least<Clocks>(lanes::load<Clocks>(now), ready) + cycles;
      lanes::store(now, end);
      lanes::store(busy, lanes::load<Clocks>(busy) + cycles);
      done = lanes::at_least<Clocks>(end, done);
    }
    std::int64_t last = done[0];
    for (std::size_t lane = 1; lane < kLanes; ++lane) {
      last = done[lane] > last ? done[lane] : last;
    }
    return last;
  }

  static void wait(const WaitTask& task) {
    const Clocks freed = task.freed - Clocks{};
    for (std::size_t unit = 0; unit < task.units; unit += kLanes) {
      std::int64_t* const now = lane(task.now, unit);
      std::int64_t* const blocked = lane(task.blocked, unit);
      const auto clock = lanes::load<Clocks>(now);
      const Clocks end = lanes::at_least<Clocks>(clock, freed);
      lanes::store(now, end);
      lanes::store(blocked, lanes::load<Clocks>(blocked) + (end - clock));
    }
  }

 private:
  static Clocks numbers() {
    static constexpr std::int64_t kNumbers[] = {0, 1, 2, 3, 4, 5, 6, 7};
    return lanes::load<Clocks>(kNumbers);
  }
  static std::int64_t* lane(UnitBlock* blocks, std::size_t unit) {
    return blocks[unit / kUnitLanes].lanes + unit % kUnitLanes;
  }
};

template <typename Level>
inline constexpr UnitKernels kUnitKernelsOf = {{UnitKernel<Level>::template take<std::uint8_t>,
                                                UnitKernel<Level>::template take<std::uint16_t>,
                                                UnitKernel<Level>::template take<std::uint32_t>},
                                               UnitKernel<Level>::wait};

}  // namespace millrace
