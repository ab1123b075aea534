#include "sim/structure/wait_loop.hpp"

#include <algorithm>

namespace millrace::sim {
namespace {

/// Whoever must act for the process to go on.
const Process* awaited(const Process& process) {
  const StreamTiming& stream = *process.waiting_for()->stream();
  return process.waiting_for()->waits_for_room() ? stream.reader() : stream.writer();
}

/// Everybody waits for one other, so that following the waits ends in a loop.
std::vector<const Process*> follow(const Process* start) {
  std::vector<const Process*> path;
  for (const Process* process = start; process != nullptr && is_stuck(*process); process = awaited(*process)) {
    const auto seen = std::find(path.begin(), path.end(), process);
    if (seen != path.end()) {
      return {seen, path.end()};
    }
    path.push_back(process);
  }
  return {};
}

}  // namespace

bool is_stuck(const Process& process) {
  return !process.finished() && process.waiting_for() != nullptr && process.waiting_for()->stream() != nullptr;
}

std::vector<const Process*> find_loop(std::span<Process* const> processes) {
  for (const Process* process : processes) {
    std::vector<const Process*> loop = follow(process);
    if (!loop.empty()) {
      return loop;
    }
  }
  return {};
}

}  // namespace millrace::sim
