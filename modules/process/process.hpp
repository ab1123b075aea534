// A process: something with its own clock edge `now`. It pops, works and pushes by the clock rules (modules/README.md),
// in a body that is a coroutine and names no host.
//
// A body runs ahead of everybody else in its own time. It is suspended only where it needs a word or a slot whose edge
// is not known yet, and where it must meet others in simulated time (shared memory). Times follow from the data and the
// depths alone, so every host and every order of execution gives the same edges.
//
// Example: Body Fork::copy(Process& self) { Word w = co_await self.pop(in_); self.work(Cycles{1}); ... }
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "modules/process/body.hpp"
#include "modules/process/ledger.hpp"
#include "modules/stream/stream.hpp"
#include "modules/time/cycle.hpp"

namespace millrace {

/// Processes that can go on, the last one first, while its words are still in the cache.
class ReadyLine {
 public:
  virtual ~ReadyLine() = default;
  void add(Process& process) {
    if (is_idle_) {
      is_idle_ = false;
      begin_serving();
    }
    ready_.push_back(&process);
  }
  bool empty() const { return ready_.empty(); }

 protected:
  /// Takes out the next one; nullptr if there is none, and then the next one to be added begins anew.
  Process* next() {
    if (ready_.empty()) {
      is_idle_ = true;
      return nullptr;
    }
    Process* const process = ready_.back();
    ready_.pop_back();
    return process;
  }

 private:
  /// Somebody has come, and nobody has been served since there was nobody.
  virtual void begin_serving() {}

  std::vector<Process*> ready_;
  bool is_idle_ = true;
};

/// Who resumes processes. A process that has been handed over is resumed once.
class Host {
 public:
  virtual ~Host() = default;
  /// Where processes wait that are resumed as soon as possible; nullptr if the host is to be asked with soon() instead.
  virtual ReadyLine* line() { return nullptr; }
  /// As soon as possible.
  virtual void soon(Process& process) = 0;
  /// When simulated time has reached the edge and everything before it is settled; ties in the order of rank().
  virtual void at(Process& process, Cycle edge) = 0;
};

/// How far a process may go before the host's clock.
enum class Pace {
  kRunAhead,   ///< as far as known edges carry it
  kTakeTurns,  ///< every pop and push waits for the host to say when
};

/// What a suspended process waits for: one pop or push, or one after the other.
class Condition {
 public:
  virtual ~Condition() = default;
  /// Ahead of the host's clock: does all that known edges allow. True once nothing of it is left; if not, the process
  /// is woken when that may have changed.
  virtual bool advance() = 0;

  // In turns: known() until it is true, then act() at edge(), until nothing is left.

  /// True once the next edge is known; if not, the process is woken when that may have changed.
  virtual bool known() = 0;
  /// The edge at which it will happen. Needs known().
  virtual Cycle edge() const = 0;
  /// Lets it happen. True if nothing is left.
  virtual bool act() { return true; }

  /// Whether it must happen in the order of simulated time whatever the pace.
  virtual bool shared() const { return false; }
  /// The stream that is waited for, if it is one, and for which end.
  virtual const StreamTiming* stream() const { return nullptr; }
  virtual bool waits_for_room() const { return false; }
};

class Process {
 public:
  using Start = std::function<Body(Process&)>;
  using Ports = std::vector<StreamTiming*>;

  /// `rank` orders shared conditions at the same edge, lowest first.
  Process(std::string name, std::string kind, Ports inputs, Ports outputs, Start start, int rank = 0);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }
  const std::string& kind() const { return kind_; }
  const Ports& inputs() const { return inputs_; }
  const Ports& outputs() const { return outputs_; }
  const Ledger& ledger() const { return ledger_; }
  /// Up to `now`.
  Accounts accounts() const { return ledger_.accounts(now_); }
  Cycle now() const { return now_; }
  int rank() const { return rank_; }

  /// Whoever wakes it serves it on the spot instead of putting it in line. For a process that never finds more than a
  /// word or two, and wakes nobody who is serving it. Call it before begin().
  void serve_at_once() { wants_to_be_served_at_once_ = true; }

  // For hosts.
  void begin(Host& host, Pace pace);
  /// Goes on if what it waits for is there; otherwise stays suspended and will be woken.
  void resume();
  void wake() {
    if (is_served_at_once_) {
      resume();
    } else if (line_ != nullptr) {
      line_->add(*this);
    } else {
      host_->soon(*this);
    }
  }
  bool finished() const { return body_.finished(); }
  /// What it waits for; nullptr while it runs and after its end.
  const Condition* waiting_for() const { return condition_; }

  // For bodies: the clock rules.

  class Suspension;
  class KnownWord;
  class KnownRoom;
  class Synchronised;
  template <typename Word>
  class Pop;
  template <typename Word>
  class Push;

  /// Suspends until the stream's next word has an edge.
  KnownWord known(StreamTiming& in);
  /// Suspends until the stream's next slot has an edge.
  KnownRoom room(StreamTiming& out);
  /// Suspends until simulated time is `now`: what follows sees the world as it is at that edge.
  Synchronised synchronise();
  /// Pops at the edge of the rule; `co_await` gives the word.
  template <typename Word>
  Pop<Word> pop(Stream<Word>& in);
  template <typename Word>
  Push<Word> push(Stream<Word>& out, Word word);

  // Each moves `now`, and tells where it is then. A loop goes on from there: what it has just written it need not read
  // back, which takes longer than all else that it does. Whether somebody is late is never a branch: it is as good as
  // random, and guessing wrong costs more than adding zero.

  Cycle work(Cycles cycles) { return work_from(now_, cycles); }
  /// Where it is known that `now` is `edge`.
  Cycle work_from(Cycle edge, Cycles cycles) { return now_ = edge + cycles; }
  /// To the edge at which the input has a word; books the wait. Needs the word known.
  Cycle wait_for_word(const StreamTiming& in) { return wait_for_word_from(now_, in); }
  Cycle wait_for_word_from(Cycle edge, const StreamTiming& in) {
    return wait_for_input_from(held_until(in.pop_port_edge(), edge), in.reader_port(), in.arrival_edge());
  }
  /// To the edge at which the output has room; books the wait. Needs the slot known.
  Cycle wait_for_slot(const StreamTiming& out) { return wait_for_slot_from(now_, out); }
  Cycle wait_for_slot_from(Cycle edge, const StreamTiming& out) {
    return wait_for_output_from(held_until(out.push_port_edge(), edge), out.writer_port(), out.slot_edge());
  }
  /// To the edge at which all inputs have a word; books the wait. Needs every word known.
  Cycle wait_for_words(std::span<StreamTiming* const> ins);
  /// To the edge at which all outputs have room; books the wait. Needs every slot known.
  Cycle wait_for_room(std::span<StreamTiming* const> outs);
  /// To an edge that the far side of an input (or output) port dictates.
  Cycle wait_for_input(std::size_t port, Cycle edge) { return wait_for_input_from(now_, port, edge); }
  Cycle wait_for_output(std::size_t port, Cycle edge) { return wait_for_output_from(now_, port, edge); }
  /// For a body that holds several clocks, and their accounts, itself (dot units).
  void move_to(Cycle edge) { now_ = edge; }
  void end_image() { ledger_.end_image(now_); }

 private:
  /// Held only by the rule of one word an edge, a process is busy; what is beyond that is the far side's doing.
  static Cycle held_until(Cycle port_edge, Cycle edge) { return later(edge, port_edge); }
  Cycle wait_for_input_from(Cycle edge, std::size_t port, Cycle there) {
    there = later(edge, there);
    if (has_popped_) {
      ledger_.book_starved(port, there - edge);
    } else {
      ledger_.book_idle(there - edge);
      has_popped_ = true;
    }
    return now_ = there;
  }
  Cycle wait_for_output_from(Cycle edge, std::size_t port, Cycle there) {
    there = later(edge, there);
    ledger_.book_blocked(port, there - edge);
    return now_ = there;
  }
  void suspend(Condition& condition) {
    condition_ = &condition;
    if (pace_ == Pace::kTakeTurns) {
      take_turns();
    }
  }
  /// True if the condition has nothing left.
  bool take_turns();
  /// True if the host has said that it is this process's turn; asks it to, if not.
  bool has_turn(Cycle edge);

  Cycle now_;
  Pace pace_ = Pace::kRunAhead;
  bool turn_granted_ = false;
  bool wants_to_be_served_at_once_ = false;
  bool is_served_at_once_ = false;
  bool has_popped_ = false;
  Condition* condition_ = nullptr;
  ReadyLine* line_ = nullptr;
  Host* host_ = nullptr;
  Ledger ledger_;
  Body body_;
  Ports inputs_;
  Ports outputs_;
  int rank_;
  Start start_;
  std::string name_;
  std::string kind_;
};

/// What the awaitables share: go on at once if the process runs ahead and the edge is known, else be suspended.
class Process::Suspension : public Condition {
 public:
  explicit Suspension(Process& process) : process_(process) {}
  void await_suspend(std::coroutine_handle<>) { process_.suspend(*this); }

 protected:
  bool runs_ahead() const { return process_.pace_ == Pace::kRunAhead; }
  bool has_turn(Cycle edge) { return process_.has_turn(edge); }
  Process& process_;
};

class Process::KnownWord : public Suspension {
 public:
  KnownWord(Process& process, StreamTiming& in) : Suspension(process), in_(in) {}
  bool await_ready() { return runs_ahead() && known(); }
  void await_resume() const {}
  bool advance() final { return known(); }
  bool known() final {
    if (in_.has_word()) {
      return true;
    }
    in_.reader_waits(process_);
    return false;
  }
  Cycle edge() const final { return std::max(process_.now_, in_.word_edge()); }
  const StreamTiming* stream() const final { return &in_; }

 protected:
  StreamTiming& in_;
};

class Process::KnownRoom : public Suspension {
 public:
  KnownRoom(Process& process, StreamTiming& out) : Suspension(process), out_(out) {}
  bool await_ready() { return runs_ahead() && known(); }
  void await_resume() const {}
  bool advance() final { return known(); }
  bool known() final {
    if (out_.has_room()) {
      return true;
    }
    out_.writer_waits(process_);
    return false;
  }
  Cycle edge() const final { return std::max(process_.now_, out_.room_edge()); }
  const StreamTiming* stream() const final { return &out_; }
  bool waits_for_room() const final { return true; }

 protected:
  StreamTiming& out_;
};

class Process::Synchronised : public Suspension {
 public:
  using Suspension::Suspension;
  bool await_ready() { return runs_ahead() && advance(); }
  void await_resume() const {}
  bool advance() final { return has_turn(edge()); }
  bool known() final { return true; }
  Cycle edge() const final { return process_.now_; }
  bool shared() const final { return true; }
};

template <typename Word>
class Process::Pop : public KnownWord {
 public:
  Pop(Process& process, Stream<Word>& in) : KnownWord(process, in) {}
  Word await_resume() const { return static_cast<Stream<Word>&>(in_).pop(process_.wait_for_word(in_)); }
};

template <typename Word>
class Process::Push : public KnownRoom {
 public:
  Push(Process& process, Stream<Word>& out, Word word) : KnownRoom(process, out), word_(std::move(word)) {}
  void await_resume() { static_cast<Stream<Word>&>(out_).push(process_.wait_for_slot(out_), std::move(word_)); }

 private:
  Word word_;
};

inline Process::KnownWord Process::known(StreamTiming& in) {
  return {*this, in};
}

inline Process::KnownRoom Process::room(StreamTiming& out) {
  return {*this, out};
}

inline Process::Synchronised Process::synchronise() {
  return Synchronised{*this};
}

template <typename Word>
Process::Pop<Word> Process::pop(Stream<Word>& in) {
  return {*this, in};
}

template <typename Word>
Process::Push<Word> Process::push(Stream<Word>& out, Word word) {
  return {*this, out, std::move(word)};
}

}  // namespace millrace
