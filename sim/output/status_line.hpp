// How far long work has come, on stderr: a line that is written over on a terminal, else a plain line now and then.
// Nothing for short work.
#pragma once

#include <chrono>
#include <string>

namespace millrace::sim {

class StatusLine {
 public:
  StatusLine();
  /// Clears the line of a terminal.
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  bool on_terminal() const { return on_terminal_; }
  /// True if it is time to show() something again.
  bool is_due();
  /// From its making to when it last was due.
  double seconds() const { return std::chrono::duration<double>(last_ - start_).count(); }
  void show(const std::string& text);

 private:
  bool on_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

}  // namespace millrace::sim
