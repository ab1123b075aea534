#include "modules/systemc/pins.hpp"

#include <algorithm>

namespace millrace {

PinClock::PinClock(sc_core::sc_module_name name, Kernel& kernel, Cycles patience)
    : sc_core::sc_module(name),
      signal("signal", false),
      reset("reset", true),
      clock_(kernel.clock()),
      patience_(patience) {
  kernel.expect([this] { return finished(); });
  sc_core::sc_spawn_options options;
  options.spawn_method();
  sc_core::sc_spawn([this] { tick(); }, "tick", &options);
}

void PinClock::tick() {
  if (rises_next_) {
    rise();
  } else {
    fall();
  }
  rises_next_ = !rises_next_;
}

void PinClock::fall() {
  signal = false;
  reset = edge_ == Cycle{0};
  for (PinPort* port : ports_) {
    port->show(edge_);
  }
  sc_core::next_trigger(clock_.time_of(edge_) + clock_.period() * 0.75 - sc_core::sc_time_stamp());
}

/// What moves at this edge is decided before the clock tells the foreign modules of it.
void PinClock::rise() {
  bool moved = false;
  for (PinPort* port : ports_) {
    moved = port->move(edge_) || moved;
  }
  signal = true;
  if (moved || is_awaiting()) {
    last_stir_ = edge_;
  }
  if (!finished() && edge_ - last_stir_ <= patience_) {
    edge_ += Cycles{1};
    sc_core::next_trigger(clock_.time_of(edge_) + clock_.period() * 0.25 - sc_core::sc_time_stamp());
  }
}

bool PinClock::finished() const {
  return std::all_of(ports_.begin(), ports_.end(), [](const PinPort* port) { return port->finished(); });
}

/// Whether somebody else will do something without the foreign modules doing anything.
bool PinClock::is_awaiting() const {
  return sc_core::sc_pending_activity_at_future_time() ||
         std::any_of(ports_.begin(), ports_.end(), [this](PinPort* port) { return port->expects(edge_); });
}

}  // namespace millrace
