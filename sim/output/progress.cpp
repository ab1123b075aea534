#include "sim/output/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace millrace::sim {
namespace {

using std::chrono::duration;

constexpr std::chrono::milliseconds kTerminalPeriod{200};
constexpr std::chrono::seconds kPlainPeriod{10};
constexpr std::int64_t kBarWidth = 30;

}  // namespace

ProgressLog::ProgressLog(std::int64_t images, bool quiet)
    : images_(images), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLog::~ProgressLog() {
  if (shown_ && terminal_) {
    fmt::print(stderr, "\r\033[K");
  }
}

void ProgressLog::left(std::int64_t image, Cycle last_out) {
  ImageLog::left(image, last_out);
  const auto now = std::chrono::steady_clock::now();
  const bool due = terminal_ ? now - last_ >= kTerminalPeriod : now - last_ >= kPlainPeriod;
  if (!quiet_ && due) {
    last_ = now;
    show(image + 1);
  }
}

void ProgressLog::show(std::int64_t done) {
  const double elapsed = duration<double>(last_ - start_).count();
  const double left = elapsed / static_cast<double>(done) * static_cast<double>(images_ - done);
  if (terminal_) {
    const std::int64_t filled = kBarWidth * done / images_;
    fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {} of {} images, {:.0f} s left \033[K", "", filled, "", kBarWidth - filled,
               done, images_, left);
  } else {
    fmt::print(stderr, "{} of {} images, {:.0f} s left\n", done, images_, left);
  }
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace millrace::sim
