#include "sim/output/sizing_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "sim/output/sizing_table.hpp"

namespace millrace::sim {
namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{200};
constexpr std::chrono::seconds kPlainPeriod{10};

}  // namespace

SizingProgress::SizingProgress(Objective objective, bool quiet)
    : objective_(objective), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

SizingProgress::~SizingProgress() {
  if (shown_ && terminal_) {
    fmt::print(stderr, "\r\033[K");
  }
}

void SizingProgress::at(const std::string& stage, double done, std::int64_t runs,
                        const std::optional<FifoMemory>& best) {
  const auto now = std::chrono::steady_clock::now();
  const bool due = terminal_ ? now - last_ >= kTerminalPeriod : now - last_ >= kPlainPeriod;
  if (quiet_ || !due) {
    return;
  }
  last_ = now;
  std::string text = fmt::format("{}: {} depth vectors solved", stage, runs);
  if (best) {
    text += fmt::format(", best so far {}", amount_text(*best, objective_));
  }
  if (done > 0.0) {
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    text += fmt::format(", about {:.0f} s left", elapsed / done * (1.0 - done));
  }
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? " \033[K" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace millrace::sim
