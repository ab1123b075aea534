// Clocks and accounts of all dot units of an engine. One window moves them all, so each figure is an array of its own
// that a kernel works with the processor's vectors.
#pragma once

#include <cstdint>
#include <vector>

#include "modules/engine/unit_kernels.hpp"
#include "modules/engine/work_reader.hpp"
#include "modules/time/cycle.hpp"

namespace millrace {

class UnitClocks {
 public:
  UnitClocks(std::size_t units, const UnitKernels& kernels);

  std::size_t size() const { return units_; }

  /// Every unit takes a window at max(its clock, ready) and works on it. Returns the last edge at which one took it.
  Cycle take(Cycle ready, WindowWork work) {
    ready_ = ready.edge();
    if (!has_begun_) {
      begin();
    }
    // The slowest unit takes the window last.
    const Cycle taken = later(ready, Cycle{slowest_});
    const auto& take = freed_ == kNothing ? kernels_->take_unblocked : kernels_->take;
    slowest_ = take[work.width]({freed_, ready_, work.numbers, units_, now_.data(), busy_.data(), blocked_.data()});
    freed_ = kNothing;
    return taken;
  }
  /// No unit goes on before `freed`.
  void wait_for(Cycle freed) {
    if (freed.edge() > ready_) {
      freed_ = freed.edge();
      slowest_ = slowest_ < freed_ ? freed_ : slowest_;
    }
  }
  /// The clock of the slowest unit.
  Cycle slowest() const { return Cycle{slowest_}; }

  Cycles busy(std::size_t unit) const { return Cycles{at(busy_, unit)}; }
  /// All that is left: a unit that neither works nor waits for a bank waits for its next window.
  Cycles starved(std::size_t unit) const {
    return Cycles{at(now_, unit) - idle_ - at(busy_, unit) - at(blocked_, unit)};
  }
  Cycles blocked(std::size_t unit) const {
    const std::int64_t waits = freed_ - at(now_, unit);
    return Cycles{at(blocked_, unit) + (waits > 0 ? waits : 0)};
  }

 private:
  using Figures = std::vector<UnitBlock>;
  /// An edge that nobody waits for.
  static constexpr std::int64_t kNothing = -1;

  static std::int64_t at(const Figures& figures, std::size_t unit) {
    return figures[unit / kUnitLanes].lanes[unit % kUnitLanes];
  }
  /// Until its first window, which all units take at one edge, a unit is idle, not starved.
  void begin();

  const UnitKernels* kernels_;
  std::size_t units_;
  Figures now_;
  Figures busy_;
  Figures blocked_;
  std::int64_t slowest_ = 0;
  /// From when on the last window was there. No unit is through with it at this edge: nothing freed by then is waited
  /// for.
  std::int64_t ready_ = 0;
  /// What the units wait for, where that is not in their clocks yet: the next window moves them anyway.
  std::int64_t freed_ = kNothing;
  std::int64_t idle_ = 0;
  bool has_begun_ = false;
};

}  // namespace millrace
