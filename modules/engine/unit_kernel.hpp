// The clocks of units on the vectors of a level. Include it only in the source that is compiled for that level.
#pragma once

#include "modules/engine/unit_kernels.hpp"
#include "modules/simd/lanes.hpp"

namespace millrace {

template <typename Level>
class UnitKernel {
  static constexpr std::size_t kLanes =
      Level::kBytes < sizeof(UnitBlock) ? Level::kBytes / sizeof(std::int64_t) : kUnitLanes;
  using Clocks = lanes::Vector<std::int64_t, kLanes * sizeof(std::int64_t)>;

 public:
  template <typename Number, bool kBlocked>
  static std::int64_t take(const TakeTask& task) {
    using Narrow = typename Level::template Narrow<std::uint64_t, Number>;
    const auto* work = static_cast<const Number*>(task.work);
    std::int64_t* now = task.now->lanes;
    std::int64_t* busy = task.busy->lanes;
    std::int64_t* blocked = task.blocked->lanes;
    const Clocks freed = task.freed - Clocks{};
    const Clocks ready = task.ready - Clocks{};
    Clocks done = ready;
    Clocks left = static_cast<std::int64_t>(task.units) - numbers();
    for (std::size_t blocks = (task.units + kLanes - 1) / kLanes; blocks > 0; --blocks) {
      // Work of lanes behind the last unit is somebody else's.
      const auto narrow = lanes::load<Narrow>(work);
      const Clocks cycles = lanes::as<Clocks>(Level::template widened<std::uint64_t, Number>(narrow)) & (left > 0);
      auto clock = lanes::load<Clocks>(now);
      if constexpr (kBlocked) {
        const Clocks free = lanes::at_least<Clocks>(clock, freed);
        lanes::store(blocked, lanes::load<Clocks>(blocked) + (free - clock));
        blocked += kLanes;
        clock = free;
      }
      const Clocks end = lanes::at_least<Clocks>(clock, ready) + cycles;
      lanes::store(now, end);
      lanes::store(busy, lanes::load<Clocks>(busy) + cycles);
      done = lanes::at_least<Clocks>(end, done);
      left -= static_cast<std::int64_t>(kLanes);
      work += kLanes;
      now += kLanes;
      busy += kLanes;
    }
    return lanes::largest_of<std::int64_t, sizeof(Clocks)>(done);
  }

 private:
  static Clocks numbers() {
    static constexpr std::int64_t kNumbers[] = {0, 1, 2, 3, 4, 5, 6, 7};
    return lanes::load<Clocks>(kNumbers);
  }
};

template <typename Level>
inline constexpr UnitKernels kUnitKernelsOf = {
    {UnitKernel<Level>::template take<std::uint8_t, true>, UnitKernel<Level>::template take<std::uint16_t, true>,
     UnitKernel<Level>::template take<std::uint32_t, true>},
    {UnitKernel<Level>::template take<std::uint8_t, false>, UnitKernel<Level>::template take<std::uint16_t, false>,
     UnitKernel<Level>::template take<std::uint32_t, false>}};

}  // namespace millrace
