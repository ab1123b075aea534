#include "sim/sizing/peak_watch.hpp"

namespace millrace::sim {

void PeakWatch::merge() {
  while (!pushes_.empty() && !pops_.empty()) {
    if (pushes_.front() <= pops_.front()) {
      ++held_;
      if (held_ > peak_.room) {
        peak_ = {held_, pushed_, pushes_.front()};
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
