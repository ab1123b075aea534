// A work source that ends the simulation when it is told to stop. A band is milliseconds of simulation: often enough to
// ask, and seldom enough to cost nothing.
#pragma once

#include <functional>
#include <utility>

#include "modules/engine/work_source.hpp"

namespace millrace::sim {

/// Somebody wanted the simulation to stop.
struct Stopped {};

using ShallStop = std::function<bool()>;

/// The source must outlive it.
class StoppableWork final : public WorkSource {
 public:
  StoppableWork(WorkSource& source, ShallStop shall_stop) : source_(source), shall_stop_(std::move(shall_stop)) {}

  /// Throws Stopped instead of the next band.
  WorkBand next_band() override {
    if (shall_stop_()) {
      throw Stopped{};
    }
    return source_.next_band();
  }

 private:
  WorkSource& source_;
  ShallStop shall_stop_;
};

}  // namespace millrace::sim
