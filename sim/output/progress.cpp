#include "sim/output/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace millrace::sim {
namespace {

using std::chrono::duration;

constexpr std::chrono::milliseconds kTerminalPeriod{200};
constexpr std::chrono::seconds kPlainPeriod{10};
constexpr std::int64_t kBarWidth = 30;

}  // namespace

Progress::Progress(std::string what, Audience audience)
    : what_(std::move(what)), audience_(audience), terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (shown_ && terminal_) {
    fmt::print(stderr, "\r\033[K");
  }
}

void Progress::report(std::int64_t done, std::int64_t all) {
  const auto now = std::chrono::steady_clock::now();
  const bool due = terminal_ ? now - last_ >= kTerminalPeriod : now - last_ >= kPlainPeriod;
  if (audience_ == Audience::kUser && due) {
    last_ = now;
    show(done, all);
  }
}

void Progress::show(std::int64_t done, std::int64_t all) {
  const double elapsed = duration<double>(last_ - start_).count();
  const double left = elapsed / static_cast<double>(done) * static_cast<double>(all - done);
  if (terminal_) {
    const std::int64_t filled = kBarWidth * done / all;
    fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {} of {} {}, {:.0f} s left \033[K", "", filled, "", kBarWidth - filled, done,
               all, what_, left);
  } else {
    fmt::print(stderr, "{} of {} {}, {:.0f} s left\n", done, all, what_, left);
  }
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace millrace::sim
