// A clocked SystemC module of nobody's library: one register between valid/ready pins. A Fork with one output, as
// hardware.
#pragma once

#include <cstdint>
#include <systemc>

namespace millrace {

class RegisterSlice final : public sc_core::sc_module {
 public:
  explicit RegisterSlice(sc_core::sc_module_name name) : sc_core::sc_module(name) {
    sc_core::sc_spawn_options on_edge;
    on_edge.spawn_method();
    on_edge.set_sensitivity(&clk.pos());
    on_edge.dont_initialize();
    sc_core::sc_spawn([this] { clock(); }, "clock", &on_edge);
    sc_core::sc_spawn_options on_pins;
    on_pins.spawn_method();
    on_pins.set_sensitivity(&full_);
    on_pins.set_sensitivity(&word_);
    on_pins.set_sensitivity(&out_ready);
    sc_core::sc_spawn([this] { drive(); }, "drive", &on_pins);
  }

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> reset{"reset"};
  sc_core::sc_in<bool> in_valid{"in_valid"};
  sc_core::sc_out<bool> in_ready{"in_ready"};
  sc_core::sc_in<std::uint32_t> in_data{"in_data"};
  sc_core::sc_out<bool> out_valid{"out_valid"};
  sc_core::sc_in<bool> out_ready{"out_ready"};
  sc_core::sc_out<std::uint32_t> out_data{"out_data"};

 private:
  void clock() {
    if (reset.read()) {
      full_ = false;
    } else if (in_ready.read()) {
      full_ = in_valid.read();
      word_ = in_data.read();
    }
  }
  void drive() {
    in_ready = !full_.read() || out_ready.read();
    out_valid = full_.read();
    out_data = word_.read();
  }

  sc_core::sc_signal<bool> full_;
  sc_core::sc_signal<std::uint32_t> word_;
};

}  // namespace millrace
