// Another program, started without a shell, whose lines are read as it prints them.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <functional>
#include <string>
#include <vector>

namespace millrace::sim {

using OnLine = std::function<void(const std::string&)>;

class ChildProcess {
 public:
  /// Starts it; `program` is looked for as a shell does. It begins with the signals of `signals` blocked. Call it
  /// before any thread exists. Throws std::system_error with the reason.
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments, const sigset_t& signals);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// Ends it if it was not waited for.
  ~ChildProcess();

  /// A descriptor that can be read when it has printed something or has closed its output.
  int output() const { return output_; }
  /// Waits for something to read, and calls `on_line` for each whole line. False when its output is closed.
  bool read_lines(const OnLine& on_line);
  /// Waits for its end. "" if that was exit code 0, else how it ended: "ended with exit code 2".
  std::string wait();

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string text_;
};

}  // namespace millrace::sim
