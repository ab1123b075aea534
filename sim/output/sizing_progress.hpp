// How far a sizing has come, on stderr: a line that is written over on a terminal, else a plain line now and then.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sim/sizing/sizing.hpp"

namespace millrace::sim {

/// `quiet` prints nothing.
class SizingProgress final : public SizingObserver {
 public:
  SizingProgress(Objective objective, bool quiet);
  ~SizingProgress() override;

  void at(const std::string& stage, double done, std::int64_t runs, const std::optional<FifoMemory>& best) override;

 private:
  Objective objective_;
  bool quiet_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

}  // namespace millrace::sim
