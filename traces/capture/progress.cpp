#include "traces/capture/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace millrace::capture {

Progress::Progress(std::FILE* stream, std::string task, std::size_t total)
    : stream_(stream), task_(std::move(task)), total_(total), is_terminal_(::isatty(::fileno(stream)) == 1) {}

void Progress::step() {
  const std::size_t tenths_before = 10 * done_ / total_;
  ++done_;
  if (is_terminal_) {
    draw_bar();
  } else if (10 * done_ / total_ != tenths_before) {
    fmt::print(stream_, "{}: {} of {} images ({} %)\n", task_, done_, total_, 100 * done_ / total_);
  }
}

std::chrono::seconds Progress::remaining() const {
  const auto elapsed = std::chrono::steady_clock::now() - begin_;
  return std::chrono::duration_cast<std::chrono::seconds>(elapsed / done_ * (total_ - done_));
}

void Progress::draw_bar() const {
  constexpr std::size_t width = 40;
  const std::size_t filled = width * done_ / total_;
  fmt::print(stream_, "\r{}: [{:#<{}}{:.<{}}] {} of {}, {} s left ", task_, "", filled, "", width - filled, done_,
             total_, remaining().count());
  if (done_ == total_) {
    fmt::print(stream_, "\n");
  }
  std::fflush(stream_);
}

}  // namespace millrace::capture
