// Progress of long work on stderr: a bar on a terminal, else a plain line now and then. Nothing for short work.
#pragma once

#include <cstdint>
#include <string>

#include "sim/accounts/outcome.hpp"
#include "sim/output/status_line.hpp"

namespace millrace::sim {

class Progress {
 public:
  enum class Audience { kUser, kNobody };

  /// `what` is counted: "images".
  Progress(std::string what, Audience audience);

  void report(std::int64_t done, std::int64_t all);

 private:
  std::string what_;
  Audience audience_;
  StatusLine line_;
};

/// Logs images as it goes.
class ProgressLog final : public ImageLog {
 public:
  ProgressLog(std::int64_t images, Progress::Audience audience) : images_(images), progress_("images", audience) {}

  void left(std::int64_t image, Cycle last_out) override {
    ImageLog::left(image, last_out);
    progress_.report(image + 1, images_);
  }

 private:
  std::int64_t images_;
  Progress progress_;
};

}  // namespace millrace::sim
