// All edges of one stream in one run.
#pragma once

#include <vector>

#include "modules/stream/stream.hpp"

namespace millrace::sim {

class EdgeRecord final : public StreamObserver {
 public:
  void pushed(const StreamTiming&, Cycle edge) override { pushes_.push_back(edge); }
  void popped(const StreamTiming&, Cycle edge) override { pops_.push_back(edge); }

  /// For another run. Keeps its memory.
  void clear() {
    pushes_.clear();
    pops_.clear();
  }

  const std::vector<Cycle>& pushes() const { return pushes_; }
  const std::vector<Cycle>& pops() const { return pops_; }

 private:
  std::vector<Cycle> pushes_;
  std::vector<Cycle> pops_;
};

}  // namespace millrace::sim
