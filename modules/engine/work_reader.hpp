// A source's work window by window, as loops over all units want it: numbers may be read beyond a window's end.
#pragma once

#include <cstddef>
#include <vector>

#include "modules/engine/work_source.hpp"

namespace millrace {

/// The work of all units on one window, in numbers of 8 << width bits. kUnitLanes more may be read.
struct WindowWork {
  const void* numbers;
  std::size_t width;
};

class WorkReader {
 public:
  /// The source must outlive it.
  WorkReader(WorkSource& source, std::size_t units) : source_(source), units_(units) {}

  /// Valid until the next call.
  WindowWork next() {
    if (next_ == end_) {
      go_on();
    }
    const std::byte* const window = next_;
    next_ += window_bytes_;
    return {window, width_};
  }

 private:
  /// To the next band, or to the last windows of this one.
  void go_on();

  WorkSource& source_;
  std::size_t units_;
  std::size_t width_ = 0;
  std::size_t window_bytes_ = 0;
  const std::byte* next_ = nullptr;
  const std::byte* end_ = nullptr;
  /// Windows of the band that end too near to its own end: they are copied, with room behind them.
  std::size_t last_bytes_ = 0;
  std::vector<std::byte> last_;
};

}  // namespace millrace
