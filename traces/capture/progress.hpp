// How far a capture is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

namespace millrace::capture {

/// On a terminal a bar; otherwise a line every 10 %. Both with the time left.
class Progress {
 public:
  /// `stream` outlives this. `done` of the total were done before, and say nothing about the time left.
  Progress(std::FILE* stream, std::string task, std::size_t total, std::size_t done = 0);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// What is printed next begins a line of its own, also if the task was not finished.
  ~Progress();
  /// One more of the total is done.
  void step();

 private:
  void draw_bar() const;
  /// "12 s", "3 min 20 s", "2 h 5 min"
  std::string remaining() const;

  std::FILE* stream_;
  std::string task_;
  std::size_t total_;
  std::size_t before_;
  std::size_t done_;
  bool is_terminal_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// For people: the two largest units.
std::string to_text(std::chrono::seconds duration);

}  // namespace millrace::capture
