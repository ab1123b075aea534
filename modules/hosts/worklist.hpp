// Runs processes without a simulation kernel: a list of those that can go on, and a queue of those that wait for an
// edge. The same bodies as under SystemC, the same edges; for depth what-if, where thousands of vectors are solved in
// one process, for structural analysis and for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <tuple>
#include <vector>

#include "modules/process/process.hpp"

namespace millrace {

/// Runs every process to its end, or to where nothing can move.
class Worklist : public Host {
 public:
  /// Runs until nothing is left to do. True if every process has finished.
  bool run(std::span<Process* const> processes, Pace pace);

  void soon(Process& process) override { ready_.push_back(&process); }
  void at(Process& process, Cycle edge) override { waiting_.push({edge, process.rank(), order_++, &process}); }

 private:
  struct Turn {
    Cycle edge;
    int rank;
    std::uint64_t order;
    Process* process;
    bool operator>(const Turn& other) const {
      return std::tie(edge, rank, order) > std::tie(other.edge, other.rank, other.order);
    }
  };

  std::vector<Process*> ready_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> waiting_;
  std::uint64_t order_ = 0;
};

/// Runs processes one action at a time, always the one of the highest priority that can move, and ignores simulated
/// time. What it finds is the schedule that favours one end of a graph: how much every stream must hold if the far end
/// is always served first, or comes to hold if it is served last.
class PriorityWorklist : public Host {
 public:
  /// `processes` in falling priority. True if every process has finished.
  bool run(std::span<Process* const> processes);

  void soon(Process& process) override;
  void at(Process& process, Cycle edge) override;

 private:
  struct Turn {
    std::size_t priority;
    Process* process;
    bool operator>(const Turn& other) const { return priority > other.priority; }
  };
  std::size_t priority_of(const Process& process) const;

  std::vector<const Process*> sorted_;
  std::vector<std::size_t> priority_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> ready_;
};

}  // namespace millrace
