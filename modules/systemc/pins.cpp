#include "modules/systemc/pins.hpp"

#include <algorithm>

namespace millrace {

PinClock::PinClock(sc_core::sc_module_name name, KernelClock clock, Cycles patience)
    : sc_core::sc_module(name), signal("signal", false), reset("reset", true), clock_(clock), patience_(patience) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  sc_core::sc_spawn([this] { tick(); }, "tick", &options);
}

void PinClock::tick() {
  if (is_high_) {
    fall();
  } else {
    rise();
  }
  is_high_ = !is_high_;
}

/// What moves at this edge is decided before the clock tells the foreign modules of it.
void PinClock::rise() {
  for (PinPort* port : ports_) {
    if (port->move(edge_)) {
      last_move_ = edge_;
    }
  }
  signal = true;
  const bool finished = std::all_of(ports_.begin(), ports_.end(), [](const PinPort* port) { return port->finished(); });
  if (!finished && !is_stuck()) {
    sc_core::next_trigger(clock_.period() / 2);
  }
}

void PinClock::fall() {
  signal = false;
  reset = false;
  const Cycle next = edge_ + Cycles{1};
  for (PinPort* port : ports_) {
    port->show(next);
  }
  edge_ = next;
  sc_core::next_trigger(clock_.time_of(edge_) - sc_core::sc_time_stamp());
}

bool PinClock::is_stuck() const {
  return edge_ - last_move_ > patience_ && !sc_core::sc_pending_activity_at_future_time() &&
         std::none_of(ports_.begin(), ports_.end(), [this](const PinPort* port) { return port->expects(edge_); });
}

}  // namespace millrace
