#include "sim/sizing/peak_watch.hpp"

#include <algorithm>

namespace millrace::sim {

void PeakWatch::merge() {
  while (!pushes_.empty() && !pops_.empty()) {
    if (pushes_.front() <= pops_.front()) {
      ++held_;
      peak_.room = std::max(peak_.room, held_);
      const std::int64_t left = pushes_.front() == pops_.front() ? held_ - 1 : held_;
      if (left > peak_.high_water) {
        peak_.high_water = left;
        peak_.word = pushed_;
        peak_.edge = pushes_.front();
      }
      ++pushed_;
      pushes_.pop_front();
    } else {
      --held_;
      pops_.pop_front();
    }
  }
}

}  // namespace millrace::sim
