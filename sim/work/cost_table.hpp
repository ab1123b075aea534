// Cycles that a unit of N MACs takes for a group with n surviving pairs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// max(1, ceil(n / N)); 0 for n = 0 where empty groups are skipped.
class CostTable {
 public:
  explicit CostTable(const DotEngine& engine) {
    const std::int64_t macs = engine.folding.macs;
    for (std::int64_t survivors = 0; survivors <= engine.group_pairs(); ++survivors) {
      cycles_.push_back(static_cast<UnitWork>(std::max<std::int64_t>(1, (survivors + macs - 1) / macs)));
    }
    if (engine.skip_empty_groups) {
      cycles_.front() = 0;
    }
  }

  UnitWork operator[](std::int64_t survivors) const { return cycles_[static_cast<std::size_t>(survivors)]; }
  const UnitWork* data() const { return cycles_.data(); }

 private:
  std::vector<UnitWork> cycles_;
};

/// The most cycles that a unit may work on one window, whatever the data.
inline std::uint64_t longest_window(const DotEngine& engine) {
  const auto filters = static_cast<std::uint64_t>(engine.array.words_per_accumulation);
  return std::max<std::uint64_t>(1, filters * CostTable(engine)[engine.group_pairs()]);
}

}  // namespace millrace::sim
