// Depths that hold, as far down as the bound allows.
//
// Steps that hold by themselves are taken together as far as that holds; then each of those knobs goes on alone, the
// dearest first, until none can go a step down.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "sim/sizing/trials.hpp"

namespace millrace::sim {

/// Knobs that can be had cheaper than so deep, the dearest first.
std::vector<std::size_t> dearest_first(const std::vector<Knob>& knobs, const Depths& depths, Objective objective);

class Trimming {
 public:
  /// Told which part of a round is done, 0 to 1.
  using Progress = std::function<void(double done)>;

  /// `judge` says what holds. All must outlive it.
  Trimming(Trials& trials, Trials::Judge judge, Progress progress)
      : trials_(trials), judge_(judge), progress_(std::move(progress)) {}

  /// `depths` hold.
  Depths trim(Depths depths);

 private:
  /// Vectors that have one knob a step down each.
  struct Steps {
    std::vector<std::size_t> knobs;
    std::vector<Depths> vectors;
  };

  std::vector<bool> judged(const std::vector<Depths>& vectors, const Depths& base) {
    return (trials_.*judge_)(vectors, base);
  }
  Steps steps_down_that_hold(const Depths& depths);
  Depths stepped_together(const Depths& depths, const Steps& steps);
  std::int64_t shallowest(const Depths& depths, std::size_t knob);

  Trials& trials_;
  Trials::Judge judge_;
  Progress progress_;
};

}  // namespace millrace::sim
