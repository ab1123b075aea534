// Progress of a run on stderr: a bar on a terminal, else a plain line now and then. Nothing for short runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "sim/accounts/outcome.hpp"

namespace millrace::sim {

/// Logs images as it goes; `quiet` logs only.
class ProgressLog final : public ImageLog {
 public:
  ProgressLog(std::int64_t images, bool quiet);
  ~ProgressLog() override;

  void left(std::int64_t image, Cycle last_out) override;

 private:
  void show(std::int64_t done);

  std::int64_t images_;
  bool quiet_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

}  // namespace millrace::sim
