#include "modules/hosts/worklist.hpp"

#include <algorithm>
#include <numeric>

namespace millrace {
namespace {

bool all_finished(std::span<Process* const> processes) {
  return std::all_of(processes.begin(), processes.end(), [](const Process* process) { return process->finished(); });
}

}  // namespace

bool Worklist::run(std::span<Process* const> processes, Pace pace) {
  for (Process* process : processes) {
    process->begin(*this, pace);
  }
  ready_.assign(processes.rbegin(), processes.rend());
  for (;;) {
    while (!ready_.empty()) {
      Process* const process = ready_.back();
      ready_.pop_back();
      process->resume();
    }
    if (waiting_.empty()) {
      return all_finished(processes);
    }
    Process* const next = waiting_.top().process;
    waiting_.pop();
    next->resume();
  }
}

bool PriorityWorklist::run(std::span<Process* const> processes) {
  std::vector<std::size_t> order(processes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::less<>{}(processes[a], processes[b]); });
  for (const std::size_t priority : order) {
    sorted_.push_back(processes[priority]);
    priority_.push_back(priority);
  }
  for (std::size_t priority = 0; priority < processes.size(); ++priority) {
    processes[priority]->begin(*this, Pace::kTakeTurns);
    ready_.push({priority, processes[priority]});
  }
  while (!ready_.empty()) {
    Process* const next = ready_.top().process;
    ready_.pop();
    next->resume();
  }
  return all_finished(processes);
}

std::size_t PriorityWorklist::priority_of(const Process& process) const {
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), &process, std::less<>{});
  return priority_[static_cast<std::size_t>(found - sorted_.begin())];
}

void PriorityWorklist::soon(Process& process) {
  ready_.push({priority_of(process), &process});
}

void PriorityWorklist::at(Process& process, Cycle) {
  ready_.push({priority_of(process), &process});
}

}  // namespace millrace
