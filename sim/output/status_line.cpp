#include "sim/output/status_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace millrace::sim {
namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{200};
constexpr std::chrono::seconds kPlainPeriod{10};

}  // namespace

StatusLine::StatusLine() : on_terminal_(isatty(STDERR_FILENO) != 0) {}

StatusLine::~StatusLine() {
  if (shown_ && on_terminal_) {
    fmt::print(stderr, "\r\033[K");
  }
}

bool StatusLine::is_due() {
  const auto now = std::chrono::steady_clock::now();
  const bool due = on_terminal_ ? now - last_ >= kTerminalPeriod : now - last_ >= kPlainPeriod;
  last_ = due ? now : last_;
  return due;
}

void StatusLine::show(const std::string& text) {
  fmt::print(stderr, "{}{}{}", on_terminal_ ? "\r" : "", text, on_terminal_ ? " \033[K" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace millrace::sim
