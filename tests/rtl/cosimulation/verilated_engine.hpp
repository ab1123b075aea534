// The RTL of one engine in the SystemC pipeline, in place of the DotArray of this library: verilog/dot_engine.v, made a
// SystemC module by `verilator --sc`, between two stream channels.
//
// Copy this file for an engine of your own: name its Verilated class, say how a word becomes bits and back, and connect
// its pins. Two things are particular to this one. Its input FIFO is a part of the RTL (its units read it at different
// edges), hence QueuePins; an engine that takes words straight from the stream has PopPins. And its datapath is
// pipelined: a word's data follow its handshake, as far as the latency of the output stream says.
#pragma once

#include <Vdot_engine.h>

#include <cstdint>
#include <string>
#include <systemc>

#include "modules/stream/word.hpp"
#include "modules/systemc/pins.hpp"

namespace millrace::rtl {

class VerilatedEngine final : public sc_core::sc_module {
 public:
  static constexpr int kWindowValues = 3 * 3 * 2;  ///< KERNEL * KERNEL * lanes of the Verilated parameters
  static constexpr int kOutLanes = 2;

  /// Takes `windows` words and gives `words`, in all.
  VerilatedEngine(sc_core::sc_module_name name, PinClock& clock, std::int64_t windows, std::int64_t words,
                  StreamChannel<Values>& from, StreamChannel<Values>& to)
      : sc_core::sc_module(name),
        in_("in", clock, windows, pack),
        out_("out", clock, words, unpack, to.stream().latency() - Cycles{1}),
        engine_("engine") {
    in_.stream(from);
    out_.stream(to);
    engine_.clk(clock.signal);
    engine_.reset(clock.reset);
    engine_.in_valid(in_.valid);
    engine_.in_ready(in_.ready);
    engine_.in_data(in_.data);
    engine_.in_freed(in_.freed);
    engine_.out_valid(out_.valid);
    engine_.out_ready(out_.ready);
    engine_.out_data(out_.data);
  }

 private:
  using WindowBits = sc_dt::sc_bv<8 * kWindowValues>;
  using WordBits = std::uint32_t;

  static WindowBits pack(const Values& window) {
    WindowBits bits;
    for (int value = 0; value < kWindowValues; ++value) {
      bits.range(8 * value + 7, 8 * value) = window.lanes[static_cast<std::size_t>(value)] & 0xff;
    }
    return bits;
  }

  static Values unpack(const WordBits& bits) {
    Values word;
    for (int lane = 0; lane < kOutLanes; ++lane) {
      word.lanes.push_back(static_cast<std::int8_t>(bits >> (8 * lane)));
    }
    return word;
  }

  QueuePins<Values, WindowBits> in_;
  PushPins<Values, WordBits> out_;
  Vdot_engine engine_;
};

}  // namespace millrace::rtl
