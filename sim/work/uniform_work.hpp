// The same work for every window: all that matters where only the order of words counts (structure, deadlock).
#pragma once

#include <vector>

#include "modules/engine/work_source.hpp"

namespace millrace::sim {

class UniformWork final : public WorkSource {
 public:
  UniformWork(std::size_t units, UnitWork cycles) : window_(units, cycles) {}
  std::span<const UnitWork> next_band() override { return window_; }

 private:
  std::vector<UnitWork> window_;
};

}  // namespace millrace::sim
