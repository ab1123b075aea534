#include "modules/stream/stream.hpp"

#include <algorithm>
#include <stdexcept>

#include "modules/process/process.hpp"

namespace millrace {

StreamTiming::StreamTiming(std::string name, Depth depth, Cycles latency)
    : latency_(latency), depth_(depth), name_(std::move(name)) {
  if (depth.words < 1 || latency < Cycles{1}) {
    throw std::invalid_argument("stream " + name_ + ": depth and latency are at least 1");
  }
  slots_.assign(static_cast<std::size_t>(depth.words + latency.count() - 1), kNever);
}

void StreamTiming::wake(Process*& waiting) {
  std::exchange(waiting, nullptr)->wake();
}

// The stream held h + 1 words at once if word k was still in it when word k + h came: pop(k) > push(k + h). Each such
// pair is tested when the later of its two edges becomes known, and only for h not below the mark reached so far.

void StreamTiming::raise_high_water_at_take(Cycle edge) {
  const std::int64_t known = pushes_ - pops_;
  while (high_water_ < known && slots_[(head_ + static_cast<std::size_t>(high_water_)) % slots_.size()] < edge) {
    ++high_water_;
  }
}

void StreamTiming::raise_high_water_at_put(Cycle edge) {
  const std::int64_t limit = std::min(capacity() - 1, pushes_);
  for (std::int64_t held = std::max(high_water_, pushes_ + 1 - pops_); held <= limit; ++held) {
    const std::size_t slot = (tail_ + slots_.size() - static_cast<std::size_t>(held)) % slots_.size();
    if (slots_[slot] <= edge) {
      break;
    }
    high_water_ = held + 1;
  }
}

}  // namespace millrace
