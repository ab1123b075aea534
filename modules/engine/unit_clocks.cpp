#include "modules/engine/unit_clocks.hpp"

#include <algorithm>
#include <cstddef>

// One source, compiled for plain x86-64 and for processors with wider vectors; the loader picks. Sanitizers cannot run
// the resolver, and other processors have no such choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define MILLRACE_DISPATCHED [[gnu::target_clones("default", "arch=haswell", "arch=skylake-avx512")]]
#else
#define MILLRACE_DISPATCHED
#endif

namespace millrace {
namespace {

struct Latest {
  std::int64_t taken = 0;
  std::int64_t done = 0;
};

MILLRACE_DISPATCHED
Latest take_all(std::int64_t ready, const UnitWork* __restrict work, std::size_t units, std::int64_t* __restrict now,
                std::int64_t* __restrict starved) {
  std::int64_t taken = ready;
  std::int64_t done = ready;
  for (std::size_t unit = 0; unit < units; ++unit) {
    const std::int64_t start = now[unit] > ready ? now[unit] : ready;
    const std::int64_t end = start + static_cast<std::int64_t>(work[unit]);
    starved[unit] += start - now[unit];
    now[unit] = end;
    taken = start > taken ? start : taken;
    done = end > done ? end : done;
  }
  return {taken, done};
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
  if (!has_begun_) {
    has_begun_ = true;
    idle_ = ready.edge();
    std::fill(now_.begin(), now_.end(), idle_);
  }
  const Latest latest = take_all(ready.edge(), work.data(), now_.size(), now_.data(), starved_.data());
  slowest_ = latest.done;
  return Cycle{latest.taken};
}

void UnitClocks::wait_for(Cycle freed) {
  if (freed > Cycle{0}) {
    wait_all(freed.edge(), now_.size(), now_.data(), blocked_.data());
    slowest_ = std::max(slowest_, freed.edge());
  }
}

}  // namespace millrace
