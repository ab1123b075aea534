// Runs a program, to its end or until it is killed, and keeps what it printed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/traces/temporary_folder.hpp"

namespace millrace::test {

struct Finished {
  int exit_code = -1;  ///< -1 if a signal ended it
  std::string out;
  std::string err;
};

/// A program that runs in the folder of this process.
class RunningProgram {
 public:
  /// Throws std::runtime_error if it cannot be started.
  RunningProgram(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  /// Kills it if nobody waited for it.
  ~RunningProgram();

  pid_t process() const { return process_; }
  Finished wait();

 private:
  /// Files take any amount of output without anybody reading along.
  TemporaryFolder folder_;
  pid_t process_ = -1;
};

/// Runs `program` in the folder of this process. Throws std::runtime_error if it cannot be started.
Finished run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// The same, and sends SIGINT as soon as the program catches it.
Finished interrupt_program(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// The whole of a file; throws std::runtime_error if it cannot be read.
std::string read_file(const std::filesystem::path& file);

}  // namespace millrace::test
