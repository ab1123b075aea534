// How far a capture is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

namespace millrace::capture {

/// On a terminal a bar with the time left; otherwise a line every 10 %.
class Progress {
 public:
  /// `stream` outlives this.
  Progress(std::FILE* stream, std::string task, std::size_t total);
  /// One of the total is done.
  void step();

 private:
  void draw_bar() const;
  std::chrono::seconds remaining() const;

  std::FILE* stream_;
  std::string task_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool is_terminal_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace millrace::capture
