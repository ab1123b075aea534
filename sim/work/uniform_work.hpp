// The same work for every window: all that matters where only the order of words counts (structure, deadlock).
#pragma once

#include <vector>

#include "modules/engine/work_source.hpp"

namespace millrace::sim {

class UniformWork final : public WorkSource {
 public:
  UniformWork(std::size_t units, UnitWork cycles) : windows_(units * kWindows, cycles) {}
  WorkBand next_band() override { return windows_; }

 private:
  /// So many that asking for them does not count.
  static constexpr std::size_t kWindows = 64;

  std::vector<UnitWork> windows_;
};

}  // namespace millrace::sim
