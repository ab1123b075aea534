// Watches one stream for the moment at which it needed most room.
#pragma once

#include <cstdint>
#include <deque>

#include "modules/stream/stream.hpp"

namespace millrace::sim {

struct Peak {
  /// Most words at once, as the stream itself counts them.
  std::int64_t high_water = 0;
  std::int64_t word = 0;  ///< whose push made it so many first, counted over all images
  Cycle edge;             ///< of that push
  /// Capacity with which no push would have waited. A slot that is freed at an edge is no room at that edge, so this
  /// can be one above the high water.
  std::int64_t room = 0;
};

/// The two ends of a stream run ahead of each other; pushes and pops are put in the order of their edges here.
class PeakWatch final : public StreamObserver {
 public:
  void pushed(const StreamTiming&, Cycle edge) override {
    pushes_.push_back(edge);
    merge();
  }
  void popped(const StreamTiming&, Cycle edge) override {
    pops_.push_back(edge);
    merge();
  }
  /// Once the run is over and every word was popped.
  const Peak& peak() const { return peak_; }

 private:
  void merge();

  std::deque<Cycle> pushes_;
  std::deque<Cycle> pops_;
  std::int64_t pushed_ = 0;
  std::int64_t held_ = 0;
  Peak peak_;
};

}  // namespace millrace::sim
