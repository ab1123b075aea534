// Hosts processes on the SystemC kernel.
//
// A process is an SC_METHOD that runs ahead of the kernel in its own time; one that calls into foreign code (TLM-2.0
// targets may wait) is an SC_THREAD. Time moves only when a process must meet others at an edge, and at the end, to the
// last edge: sc_time_stamp() is then the simulated time. Between those a process is resumed by whoever provides what it
// waits for. Methods so resumed stand in one line that one more SC_METHOD serves: an event each would be notified and
// scheduled word by word and cost as much again as the word itself (bench/process_styles).
// One simulation a program run: SystemC has no reset.
#pragma once

#include <exception>
#include <functional>
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
  /// What no process does but must come to its end, too (foreign hardware). Only during elaboration.
  void expect(std::function<bool()> finished) { expected_.push_back(std::move(finished)); }
  /// Runs until nothing can move. True if everything has finished; then the kernel's time is that of `end()`. Rethrows
  /// what a process threw.
  bool run();
  /// The last edge at which a process did something.
  Cycle end() const;
  const std::vector<Process*>& processes() const { return processes_; }

 private:
  class Seat;

  /// Hosted methods that can go on, served by one more method.
  class Line final : public ReadyLine {
   public:
    explicit Line(Kernel& kernel);

   private:
    void begin_serving() override { moves_.notify(); }
    void serve();

    Kernel& kernel_;
    sc_core::sc_event moves_;
  };

  /// Ends the simulation with what is being thrown.
  void fail();

  KernelClock clock_;
  Pace pace_;
  std::vector<Process*> processes_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::vector<std::function<bool()>> expected_;
  Line line_;
  std::exception_ptr failure_;
};

}  // namespace millrace
