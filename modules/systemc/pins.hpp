// Foreign hardware (a Verilated engine, any clocked SystemC module) in the place of a module of this library: its
// valid/ready pins at the ends of streams.
//
// Clock rules. The foreign module has a clock of its own, PinClock, that rises once an edge, from edge 0 on, as long as
// there is something left to move; `reset` is high at edge 0 alone. It is late by part of a period: for edge t the pins
// are set, and the clock rises, when the kernel has settled all that everybody else does at t. The pins show exactly
// the words with push + L <= t, and room where a slot was left at t - 1 or before. A word moves where valid and ready
// are high, and t is written into the stream; what follows of it is at t + 1 at the earliest. So the foreign module
// polls, and everybody else runs ahead as ever.
//
//   PinClock          clock and reset of one or several foreign modules
//   PopPins           an input port: takes words out of a stream
//   QueuePins         an input port with the stream's FIFO inside the foreign module
//   PushPins          an output port
//
// Example: PinClock clock("clock", kernel);  Vengine engine("engine");
//          PopPins<Values, uint32_t> in("in", clock, 64, pack);  PushPins<Values, uint32_t> out("out", clock, 64,
//          unpack); engine.clk(clock.signal);  engine.reset(clock.reset); engine.in_valid(in.valid);
//          engine.in_ready(in.ready);  engine.in_data(in.data);  in.stream(from); engine.out_valid(out.valid);
//          engine.out_ready(out.ready);  engine.out_data(out.data);  out.stream(to);
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include "modules/systemc/kernel.hpp"
#include "modules/systemc/stream_channel.hpp"

namespace millrace {

/// One port of a foreign module, moved by its PinClock.
class PinPort {
 public:
  virtual ~PinPort() = default;
  /// Sets the pins for an edge; all that happens before it is known.
  virtual void show(Cycle edge) = 0;
  /// Moves what moves at the edge. True if something did.
  virtual bool move(Cycle edge) = 0;
  /// Whether a word or slot is known that will be shown at a later edge.
  virtual bool expects(Cycle edge) = 0;
  virtual bool finished() const = 0;
};

/// Ticks until all ports are finished; one a simulation. Foreign modules that move nothing for `patience` edges, while
/// nobody else has anything to do, are taken for stuck: the clock stops, and the kernel reports that nothing can move.
class PinClock final : public sc_core::sc_module {
 public:
  /// Of the kernel that is run, which then has finished only if all ports have.
  PinClock(sc_core::sc_module_name name, Kernel& kernel, Cycles patience = Cycles{1'000'000});

  sc_core::sc_signal<bool> signal;
  sc_core::sc_signal<bool> reset;

  /// Only during elaboration; the port must live as long as the simulation.
  void attach(PinPort& port) { ports_.push_back(&port); }

 private:
  void tick();
  void fall();
  void rise();
  bool is_awaiting() const;
  bool finished() const;

  KernelClock clock_;
  Cycles patience_;
  std::vector<PinPort*> ports_;
  Cycle edge_;
  Cycle last_stir_;
  bool rises_next_ = false;
};

/// `Data` is the type of the data pins (Verilator: bool, uint32_t, uint64_t, or sc_bv<W> above 64 bits).
template <typename Word, typename Data>
class PopPins final : public sc_core::sc_module, public PinPort {
 public:
  using Pack = std::function<Data(const Word&)>;

  /// Takes `words` words in all.
  PopPins(sc_core::sc_module_name name, PinClock& clock, std::int64_t words, Pack pack)
      : sc_core::sc_module(name), left_(words), pack_(std::move(pack)) {
    clock.attach(*this);
  }

  sc_core::sc_port<StreamReaderIf<Word>> stream;
  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<bool> ready;
  sc_core::sc_signal<Data> data;

  void show(Cycle edge) override {
    const Stream<Word>& from = stream->reader_end();
    is_shown_ = from.has_word() && from.word_edge() <= edge;
    valid = is_shown_;
    if (is_shown_) {
      data = pack_(from.word_behind(0));
    }
  }
  bool move(Cycle edge) override {
    if (!is_shown_ || !ready.read()) {
      return false;
    }
    stream->reader_end().pop(edge);
    --left_;
    return true;
  }
  bool expects(Cycle edge) override {
    const Stream<Word>& from = stream->reader_end();
    return from.has_word() && from.word_edge() > edge;
  }
  bool finished() const override { return left_ == 0; }

 private:
  std::int64_t left_;
  Pack pack_;
  bool is_shown_ = false;
};

/// Where the FIFO of the stream, of equal depth, is a part of the foreign module (the queue of a DotArray, which units
/// read at different edges): a word is handed over at the edge of its push, and `freed` tells the edge at which it
/// leaves its slot. If the module has no room for a word that the stream has room for, the simulation ends with an
/// sc_report that says so.
template <typename Word, typename Data>
class QueuePins final : public sc_core::sc_module, public PinPort {
 public:
  using Pack = std::function<Data(const Word&)>;

  QueuePins(sc_core::sc_module_name name, PinClock& clock, std::int64_t words, Pack pack)
      : sc_core::sc_module(name), left_(words), pack_(std::move(pack)) {
    clock.attach(*this);
  }

  sc_core::sc_port<StreamReaderIf<Word>> stream;
  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<bool> ready;
  sc_core::sc_signal<Data> data;
  sc_core::sc_signal<bool> freed;

  void show(Cycle edge) override {
    const Stream<Word>& from = stream->reader_end();
    is_shown_ = has_next() && push_edge() <= edge;
    valid = is_shown_;
    if (is_shown_) {
      data = pack_(from.word_behind(handed_over_));
    }
  }
  bool move(Cycle edge) override {
    if (is_shown_ && !ready.read()) {
      throw std::logic_error(std::string(name()) + ": the foreign module has no room for a word that stream '" +
                             stream->reader_end().name() + "' has room for; their depths must be equal");
    }
    const bool leaves = freed.read() && edge > Cycle{0};
    if (leaves) {
      stream->reader_end().pop(edge);
      --left_;
    }
    handed_over_ += (is_shown_ ? 1 : 0) - (leaves ? 1 : 0);
    return is_shown_ || leaves;
  }
  bool expects(Cycle edge) override { return has_next() && push_edge() > edge; }
  bool finished() const override { return left_ == 0; }

 private:
  bool has_next() { return stream->reader_end().occupancy() > handed_over_; }
  Cycle push_edge() {
    const Stream<Word>& from = stream->reader_end();
    return Cycle{(from.arrival_edge_behind(handed_over_) - from.latency()).edge()};
  }

  std::int64_t left_;
  Pack pack_;
  std::int64_t handed_over_ = 0;  ///< words that are in the foreign module's FIFO, and first in the stream
  bool is_shown_ = false;
};

/// `behind` is how many edges after its handshake a word's data are on the pins: 0, or up to the stream's latency - 1
/// where the foreign module has a pipelined datapath.
template <typename Word, typename Data>
class PushPins final : public sc_core::sc_module, public PinPort {
 public:
  using Unpack = std::function<Word(const Data&)>;

  /// Gives `words` words in all.
  PushPins(sc_core::sc_module_name name, PinClock& clock, std::int64_t words, Unpack unpack, Cycles behind = Cycles{0})
      : sc_core::sc_module(name), left_(words), unpack_(std::move(unpack)), behind_(behind) {
    clock.attach(*this);
  }

  sc_core::sc_port<StreamWriterIf<Word>> stream;
  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<bool> ready;
  sc_core::sc_signal<Data> data;

  void show(Cycle edge) override {
    has_room_ = knows_room() && room_edge() <= edge;
    ready = has_room_;
  }
  bool move(Cycle edge) override {
    const bool pushes = has_room_ && valid.read();
    if (pushes) {
      under_way_.push_back(edge);
    }
    if (!under_way_.empty() && under_way_.front() + behind_ <= edge) {
      stream->writer_end().push(under_way_.front(), unpack_(data.read()));
      under_way_.pop_front();
      --left_;
    }
    return pushes;
  }
  bool expects(Cycle edge) override { return !under_way_.empty() || (knows_room() && room_edge() > edge); }
  bool finished() const override { return left_ == 0; }

 private:
  std::int64_t ahead() const { return static_cast<std::int64_t>(under_way_.size()); }
  bool knows_room() {
    const Stream<Word>& to = stream->writer_end();
    return to.occupancy() + ahead() < to.capacity();
  }
  Cycle room_edge() { return stream->writer_end().slot_edge_behind(ahead()); }

  std::int64_t left_;
  Unpack unpack_;
  Cycles behind_;
  std::deque<Cycle> under_way_;  ///< edges of handshakes whose data are not there yet
  bool has_room_ = false;
};

}  // namespace millrace
