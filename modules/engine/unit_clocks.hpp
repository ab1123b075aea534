// Clocks and accounts of all dot units of an engine. One window moves them all, so each figure is an array of its own
// that the compiler works with the processor's vectors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "modules/time/cycle.hpp"

namespace millrace {

class UnitClocks {
 public:
  explicit UnitClocks(std::size_t units) : now_(units), busy_(units), blocked_(units) {}

  std::size_t size() const { return now_.size(); }

  /// Every unit takes a window at max(its clock, ready) and works on it. Returns the last edge at which one took it.
  Cycle take(Cycle ready, std::span<const UnitWork> work);
  /// No unit goes on before `freed`.
  void wait_for(Cycle freed);
  /// The clock of the slowest unit.
  Cycle slowest() const { return Cycle{slowest_}; }

  Cycles busy(std::size_t unit) const { return Cycles{busy_[unit]}; }
  /// All that is left: a unit that neither works nor waits for a bank waits for its next window.
  Cycles starved(std::size_t unit) const { return Cycles{now_[unit] - idle_ - busy_[unit] - blocked_[unit]}; }
  Cycles blocked(std::size_t unit) const { return Cycles{blocked_[unit]}; }

 private:
  std::vector<std::int64_t> now_;
  std::vector<std::int64_t> busy_;
  std::vector<std::int64_t> blocked_;
  std::int64_t slowest_ = 0;
  /// From when on the last window was there. No unit is through with it at this edge: nothing freed by then is waited
  /// for.
  std::int64_t ready_ = 0;
  /// Until its first window, which all units take at one edge, a unit is idle, not starved.
  std::int64_t idle_ = 0;
  bool has_begun_ = false;
};

}  // namespace millrace
