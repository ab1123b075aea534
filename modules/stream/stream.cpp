#include "modules/stream/stream.hpp"

#include <algorithm>
#include <stdexcept>

#include "modules/process/process.hpp"

namespace millrace {

StreamTiming::StreamTiming(std::string name, Depth depth, Cycles latency)
    : capacity_(static_cast<std::size_t>(std::max<std::int64_t>(depth.words + latency.count() - 1, 0))),
      limit_(static_cast<std::int64_t>(capacity_)),
      latency_(latency),
      depth_(depth),
      name_(std::move(name)) {
  if (depth.words < 1 || latency < Cycles{1}) {
    throw std::invalid_argument("stream " + name_ + ": depth and latency are at least 1");
  }
  slots_.assign(capacity_, kNever);
}

void StreamTiming::wake(Process*& waiting) {
  std::exchange(waiting, nullptr)->wake();
}

void StreamTiming::raise_high_water_at_take(Cycle edge) {
  do {
    ++high_water_;
  } while (raises_high_water_at_take(edge));
}

void StreamTiming::raise_high_water_at_put(Cycle edge) {
  do {
    high_water_ = held_at_put() + 1;
  } while (raises_high_water_at_put(edge));
}

}  // namespace millrace
