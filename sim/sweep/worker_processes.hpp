// Worker processes: so many at once, until all have ended or somebody interrupts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/sweep/child_process.hpp"

namespace millrace::sim {

/// A command line; the program is this one.
using WorkerCommand = std::vector<std::string>;

struct WorkersEnd {
  bool is_interrupted = false;
  std::vector<std::string> failures;  ///< how those workers ended that did not end well
};

/// Runs every command as a process of its own, at most `at_once` at a time, and calls `on_line` for every line that one
/// prints. SIGINT and SIGTERM end all of them. Call it before any thread exists. Throws std::system_error if no process
/// can be started.
WorkersEnd run_workers(const std::vector<WorkerCommand>& commands, std::size_t at_once, const OnLine& on_line);

/// Of the running program.
std::string this_program();

}  // namespace millrace::sim
