#include "modules/systemc/kernel.hpp"

#include <algorithm>

namespace millrace {

/// One process's place in the kernel.
class Kernel::Seat final : public Host {
 public:
  Seat(Kernel& kernel, Process& process, Hosting hosting)
      : kernel_(kernel), process_(process), hosting_(hosting), trigger_((process.name() + ".trigger").c_str()) {
    sc_core::sc_spawn_options options;
    options.set_sensitivity(&trigger_);
    if (hosting == Hosting::kMethod) {
      options.spawn_method();
      sc_core::sc_spawn([this] { step(); }, sc_core::sc_gen_unique_name("process"), &options);
    } else {
      sc_core::sc_spawn([this] { run_thread(); }, sc_core::sc_gen_unique_name("process"), &options);
    }
  }

  ReadyLine* line() override { return hosting_ == Hosting::kMethod ? &kernel_.line_ : nullptr; }
  void soon(Process&) override { trigger_.notify(); }

  void at(Process&, Cycle edge) override {
    const sc_core::sc_time time = kernel_.clock_.time_of(edge);
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    trigger_.notify(time > now ? time - now : sc_core::SC_ZERO_TIME);
  }

  void step() {
    try {
      if (!begun_) {
        begun_ = true;
        process_.begin(*this, kernel_.pace_);
      }
      process_.resume();
    } catch (...) {
      kernel_.fail();
    }
  }

 private:
  void run_thread() {
    step();
    while (!process_.finished() && kernel_.failure_ == nullptr) {
      sc_core::wait();
      settle();
      step();
    }
  }

  /// At one edge, processes that share something act in the order of their ranks. Each has at most two steps before it
  /// acts (a pop or push, and the request itself), so two delta cycles a rank keep them apart.
  void settle() const {
    if (process_.waiting_for() != nullptr && process_.waiting_for()->shared()) {
      for (int delta = 0; delta < 2 * process_.rank(); ++delta) {
        sc_core::wait(sc_core::SC_ZERO_TIME);
      }
    }
  }

  Kernel& kernel_;
  Process& process_;
  Hosting hosting_;
  sc_core::sc_event trigger_;
  bool begun_ = false;
};

Kernel::Line::Line(Kernel& kernel) : kernel_(kernel), moves_("line_moves") {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&moves_);
  sc_core::sc_spawn([this] { serve(); }, sc_core::sc_gen_unique_name("line"), &options);
}

void Kernel::Line::serve() {
  try {
    while (Process* const process = next()) {
      process->resume();
    }
  } catch (...) {
    kernel_.fail();
  }
}

Kernel::Kernel(KernelClock clock, Pace pace) : clock_(clock), pace_(pace), line_(*this) {}

Kernel::~Kernel() = default;

void Kernel::fail() {
  failure_ = std::current_exception();
  sc_core::sc_stop();
}

void Kernel::spawn(Process& process, Hosting hosting) {
  processes_.push_back(&process);
  seats_.push_back(std::make_unique<Seat>(*this, process, hosting));
}

bool Kernel::run() {
  sc_core::sc_start();
  if (failure_ != nullptr) {
    std::rethrow_exception(failure_);
  }
  if (!std::all_of(processes_.begin(), processes_.end(), [](const Process* process) { return process->finished(); }) ||
      !std::all_of(expected_.begin(), expected_.end(), [](const auto& finished) { return finished(); })) {
    return false;
  }
  const sc_core::sc_time last = clock_.time_of(end());
  if (last > sc_core::sc_time_stamp()) {
    sc_core::sc_start(last - sc_core::sc_time_stamp());
  }
  return true;
}

Cycle Kernel::end() const {
  Cycle last;
  for (const Process* process : processes_) {
    last = std::max(last, process->now());
  }
  return last;
}

}  // namespace millrace
