#include "traces/capture/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace millrace::capture {

std::string to_text(std::chrono::seconds duration) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  const std::int64_t seconds = duration.count();
  if (seconds >= hour) {
    return fmt::format("{} h {} min", seconds / hour, seconds % hour / minute);
  }
  return seconds >= minute ? fmt::format("{} min {} s", seconds / minute, seconds % minute)
                           : fmt::format("{} s", seconds);
}

Progress::Progress(std::FILE* stream, std::string task, std::size_t total, std::size_t done)
    : stream_(stream),
      task_(std::move(task)),
      total_(total),
      before_(done),
      done_(done),
      is_terminal_(::isatty(::fileno(stream)) == 1) {}

Progress::~Progress() {
  if (is_terminal_ && done_ > before_ && done_ < total_) {
    std::fputc('\n', stream_);
  }
}

void Progress::step() {
  const std::size_t tenths_before = 10 * done_ / total_;
  ++done_;
  if (is_terminal_) {
    draw_bar();
  } else if (10 * done_ / total_ != tenths_before) {
    fmt::print(stream_, "{}: {} of {} images ({} %), {} left\n", task_, done_, total_, 100 * done_ / total_,
               remaining());
  }
}

std::string Progress::remaining() const {
  const auto elapsed = std::chrono::steady_clock::now() - begin_;
  return to_text(std::chrono::duration_cast<std::chrono::seconds>(elapsed / (done_ - before_) * (total_ - done_)));
}

void Progress::draw_bar() const {
  constexpr std::size_t width = 40;
  const std::size_t filled = width * done_ / total_;
  // What a longer line left behind is erased.
  fmt::print(stream_, "\r{}: [{:#<{}}{:.<{}}] {} of {}, {} left\033[K", task_, "", filled, "", width - filled, done_,
             total_, remaining());
  if (done_ == total_) {
    std::fputc('\n', stream_);
  }
  std::fflush(stream_);
}

}  // namespace millrace::capture
