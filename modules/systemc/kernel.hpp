// Hosts processes on the SystemC kernel.
//
// A process is an SC_METHOD that runs ahead of the kernel in its own time and is triggered again by whoever provides
// what it waits for; one that calls into foreign code (TLM-2.0 targets may wait) is an SC_THREAD. The kernel's time
// moves only when a process must meet others at an edge, and at the end, to the last edge: sc_time_stamp() is then the
// simulated time. One simulation a program run: SystemC has no reset.
#pragma once

#include <exception>
#include <memory>
#include <systemc>
#include <vector>

#include "modules/process/process.hpp"

namespace millrace {

/// The clock that edges are counted by.
class KernelClock {
 public:
  /// The period is rounded to SystemC's time resolution (1 ps).
  explicit KernelClock(sc_core::sc_time period) : period_(period) {}

  sc_core::sc_time period() const { return period_; }
  sc_core::sc_time time_of(Cycle edge) const {
    return sc_core::sc_time::from_value(period_.value() * static_cast<sc_dt::uint64>(edge.edge()));
  }
  /// The first edge that is not before the time.
  Cycle edge_from(sc_core::sc_time time) const {
    return Cycle{static_cast<std::int64_t>((time.value() + period_.value() - 1) / period_.value())};
  }

 private:
  sc_core::sc_time period_;
};

class Kernel {
 public:
  enum class Hosting { kMethod, kThread };

  Kernel(KernelClock clock, Pace pace);
  ~Kernel();

  const KernelClock& clock() const { return clock_; }
  /// Gives a process its place in the kernel. Only during elaboration.
  void spawn(Process& process, Hosting hosting);
  /// Runs until nothing can move. True if every process has finished; then the kernel's time is that of `end()`.
  /// Rethrows what a process threw.
  bool run();
  /// The last edge at which a process did something.
  Cycle end() const;
  const std::vector<Process*>& processes() const { return processes_; }

 private:
  class Seat;

  KernelClock clock_;
  Pace pace_;
  std::vector<Process*> processes_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::exception_ptr failure_;
};

}  // namespace millrace
