#include "modules/engine/unit_clocks.hpp"

#include <algorithm>
#include <cstddef>

#include "modules/engine/dispatched.hpp"

namespace millrace {
namespace {

/// Returns the edge at which the last unit is through with the window.
MILLRACE_DISPATCHED
std::int64_t take_all(std::int64_t ready, const UnitWork* __restrict work, std::size_t units,
                      std::int64_t* __restrict now, std::int64_t* __restrict busy) {
  std::int64_t done = ready;
  for (std::size_t unit = 0; unit < units; ++unit) {
    const auto cycles = static_cast<std::int64_t>(work[unit]);
    const std::int64_t end = (now[unit] > ready ? now[unit] : ready) + cycles;
    busy[unit] += cycles;
    now[unit] = end;
    done = end > done ? end : done;
  }
  return done;
}

MILLRACE_DISPATCHED
void wait_all(std::int64_t freed, std::size_t units, std::int64_t* __restrict now, std::int64_t* __restrict blocked) {
  for (std::size_t unit = 0; unit < units; ++unit) {
    const std::int64_t end = now[unit] > freed ? now[unit] : freed;
    blocked[unit] += end - now[unit];
    now[unit] = end;
  }
}

}  // namespace

Cycle UnitClocks::take(Cycle ready, std::span<const UnitWork> work) {
  ready_ = ready.edge();
  if (!has_begun_) {
    has_begun_ = true;
    idle_ = ready_;
    std::fill(now_.begin(), now_.end(), idle_);
  }
  // The slowest unit takes the window last.
  const std::int64_t taken = std::max(ready_, slowest_);
  slowest_ = take_all(ready_, work.data(), now_.size(), now_.data(), busy_.data());
  return Cycle{taken};
}

void UnitClocks::wait_for(Cycle freed) {
  if (freed.edge() > ready_) {
    wait_all(freed.edge(), now_.size(), now_.data(), blocked_.data());
    slowest_ = std::max(slowest_, freed.edge());
  }
}

}  // namespace millrace
