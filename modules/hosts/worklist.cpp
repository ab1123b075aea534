#include "modules/hosts/worklist.hpp"

#include <algorithm>

namespace millrace {
namespace {

bool all_finished(std::span<Process* const> processes) {
  return std::all_of(processes.begin(), processes.end(), [](const Process* process) { return process->finished(); });
}

bool all_through_an_image(std::span<Process* const> processes) {
  return std::all_of(processes.begin(), processes.end(),
                     [](const Process* process) { return !process->ledger().images().empty(); });
}

}  // namespace

bool Worklist::run(std::span<Process* const> processes, Pace pace) {
  processes_.assign(processes.begin(), processes.end());
  for (Process* process : processes) {
    process->begin(*this, pace);
  }
  for (auto process = processes.rbegin(); process != processes.rend(); ++process) {
    add(**process);
  }
  return go_on();
}

bool Worklist::go_on() {
  for (;;) {
    while (Process* const process = next()) {
      process->resume();
    }
    if (waiting_.empty()) {
      return all_finished(processes_);
    }
    Process* const turn = waiting_.top().process;
    waiting_.pop();
    turn->resume();
  }
}

void HoldingWorklist::run(std::span<Process* const> free, std::span<Process* const> held_back) {
  for (Process* process : free) {
    process->begin(free_, Pace::kRunAhead);
    free_.soon(*process);
  }
  seats_.assign(held_back.size(), Seat(free_));
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    held_back[seat]->begin(seats_[seat], Pace::kTakeTurns);
    free_.soon(*held_back[seat]);
  }
  do {
    free_.run();
  } while (!all_through_an_image(held_back) &&
           std::any_of(seats_.begin(), seats_.end(), [](Seat& seat) { return seat.act(); }));
}

void HoldingWorklist::Free::run() {
  while (Process* const process = next()) {
    process->resume();
  }
}

}  // namespace millrace
