// Work of dot units from a list.
#pragma once

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "tests/modules/support/work_bands.hpp"

namespace millrace {

/// S_u(k) at k * units + u. Hands it over in bands of unequal length and width; throws if asked for more than there is.
class VectorWork final : public WorkSource {
 public:
  VectorWork(std::vector<UnitWork> work, std::size_t units) : work_(std::move(work)), units_(units) {}

  WorkBand next_band() override {
    if (next_ == work_.size()) {
      throw std::logic_error("an engine asked for the work of more windows than there are");
    }
    windows_ = windows_ % 5 + 1;
    const std::size_t count = std::min(windows_ * units_, work_.size() - next_);
    return widths_.band(std::span(work_).subspan(std::exchange(next_, next_ + count), count));
  }

 private:
  std::vector<UnitWork> work_;
  WidthsInTurn widths_;
  std::size_t units_;
  std::size_t windows_ = 0;
  std::size_t next_ = 0;
};

}  // namespace millrace
