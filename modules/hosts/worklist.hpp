// Runs processes without a simulation kernel: a list of those that can go on, and a queue of those that wait for an
// edge. The same bodies as under SystemC, the same edges; for depth what-if, where thousands of vectors are solved in
// one process, for structural analysis and for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "modules/process/process.hpp"

namespace millrace {

/// Runs every process to its end, or to where nothing can move.
class Worklist : public Host, private ReadyLine {
 public:
  /// Runs until nothing is left to do. True if every process has finished.
  bool run(std::span<Process* const> processes, Pace pace);
  /// Goes on after somebody has made room that processes waited for. True if every process has finished.
  bool go_on();

  ReadyLine* line() override { return this; }
  void soon(Process& process) override { add(process); }
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

  std::vector<Process*> processes_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> waiting_;
  std::uint64_t order_ = 0;
};

/// Runs some processes as far as they come, and the others, which are held back, one action at a time and only when
/// nobody else can move. Ignores simulated time. What it finds is how much the streams to those held back come to hold.
class HoldingWorklist {
 public:
  /// Until every one that is held back is through with an image, or nothing can move. `held_back` in falling priority.
  void run(std::span<Process* const> free, std::span<Process* const> held_back);

 private:
  class Free final : public Host, private ReadyLine {
   public:
    ReadyLine* line() override { return this; }
    void soon(Process& process) override { add(process); }
    void at(Process& process, Cycle) override { add(process); }
    /// Runs until none of them can move.
    void run();
  };

  /// The place of one that is held back.
  class Seat final : public Host {
   public:
    explicit Seat(Host& free) : free_(&free) {}
    /// To see whether it can move; moving is for its turn.
    void soon(Process& process) override { free_->soon(process); }
    void at(Process& process, Cycle) override { can_move_ = &process; }
    /// One action, if it can move.
    bool act() {
      if (can_move_ == nullptr) {
        return false;
      }
      std::exchange(can_move_, nullptr)->resume();
      return true;
    }

   private:
    Host* free_;
    Process* can_move_ = nullptr;
  };

  Free free_;
  std::vector<Seat> seats_;
};

}  // namespace millrace
