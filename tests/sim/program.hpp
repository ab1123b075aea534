// Runs a program to its end and keeps what it printed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace millrace::test {

struct Finished {
  int exit_code = -1;  ///< -1 if a signal ended it
  std::string out;
  std::string err;
};

/// Runs `program` in the folder of this process. Throws std::runtime_error if it cannot be started.
Finished run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// The same, and sends SIGINT as soon as the program catches it.
Finished interrupt_program(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// The whole of a file; throws std::runtime_error if it cannot be read.
std::string read_file(const std::filesystem::path& file);

}  // namespace millrace::test
