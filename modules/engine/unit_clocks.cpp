#include "modules/engine/unit_clocks.hpp"

#include <algorithm>
#include <iterator>

namespace millrace {

UnitClocks::UnitClocks(std::size_t units, const UnitKernels& kernels)
    : kernels_(&kernels),
      units_(units),
      now_((units + kUnitLanes - 1) / kUnitLanes),
      busy_(now_.size()),
      blocked_(now_.size()) {}

void UnitClocks::begin() {
  has_begun_ = true;
  idle_ = ready_;
  for (UnitBlock& block : now_) {
    std::fill(std::begin(block.lanes), std::end(block.lanes), idle_);
  }
}

}  // namespace millrace
