// Many words in one go: what a body says of a word, said of n words one behind the other.
//
//   co_await pass(self, in, out, n, change)   n times: pop; work(1); push
//   co_await drop(self, in, n, see)           n times: pop; work(1)
//   co_await make(self, out, n, make)         n times: work(1); push
//   co_await give(self, out, n, make)         n times: push
//   co_await RegroupWords(self, ...)          until n are pushed: push while the store holds a word, else pop; work(1)
//   co_await each_word(self, in, n, take)     n times: wait for the next word; `take` pops it by rules of its own
//
// `in` may be several streams that are popped at one edge, `out` several that are pushed to at one edge. The edges are
// those of the same pops and pushes one by one (modules/process/process.hpp), and so is the order in which a process
// asks for words and room. But a body is left and entered again once for all of them, and not once a word.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "modules/process/process.hpp"

namespace millrace {

/// Channels of a word that comes and of one that goes.
struct Regrouping {
  std::int64_t lanes_in;
  std::int64_t lanes_out;
};

/// One stream to pop from.
template <typename Word>
class FromOne {
 public:
  explicit FromOne(Stream<Word>& in) : in_(in) {}
  bool known(Process& reader) {
    if (in_.has_word()) {
      return true;
    }
    in_.reader_waits(reader);
    return false;
  }
  Cycle edge() const { return in_.word_edge(); }
  const StreamTiming* stream() const { return &in_; }
  Cycle wait(Process& reader, Cycle from) { return reader.wait_for_word_from(from, in_); }
  Word pop(Cycle edge) { return in_.pop(edge); }

 private:
  Stream<Word>& in_;
};

/// Several streams to pop from at one edge: all inputs of the process. `add` puts a word to what was popped before it.
template <typename Word, typename Add>
class FromAll {
 public:
  FromAll(std::span<Stream<Word>* const> ins, Add add) : ins_(ins), missing_(ins.front()), add_(std::move(add)) {}
  bool known(Process& reader) {
    for (Stream<Word>* in : ins_) {
      if (!in->has_word()) {
        missing_ = in;
        in->reader_waits(reader);
        return false;
      }
    }
    return true;
  }
  Cycle edge() const {
    Cycle last;
    for (const Stream<Word>* in : ins_) {
      last = std::max(last, in->word_edge());
    }
    return last;
  }
  const StreamTiming* stream() const { return missing_; }
  Cycle wait(Process& reader, Cycle) { return reader.wait_for_words(reader.inputs()); }
  Word pop(Cycle edge) {
    Word sum{};
    for (Stream<Word>* in : ins_) {
      add_(sum, in->pop(edge));
    }
    return sum;
  }

 private:
  std::span<Stream<Word>* const> ins_;
  const StreamTiming* missing_;
  Add add_;
};

/// One stream to push to.
template <typename Word>
class ToOne {
 public:
  explicit ToOne(Stream<Word>& out) : out_(out) {}
  bool known(Process& writer) {
    if (out_.has_room()) {
      return true;
    }
    out_.writer_waits(writer);
    return false;
  }
  Cycle edge() const { return out_.room_edge(); }
  const StreamTiming* stream() const { return &out_; }
  Cycle wait(Process& writer, Cycle from) { return writer.wait_for_slot_from(from, out_); }
  void push(Cycle edge, Word word) { out_.push(edge, std::move(word)); }

 private:
  Stream<Word>& out_;
};

/// Several streams to push to at one edge: all outputs of the process.
template <typename Word>
class ToAll {
 public:
  explicit ToAll(std::span<Stream<Word>* const> outs) : outs_(outs), missing_(outs.front()) {}
  bool known(Process& writer) {
    for (Stream<Word>* out : outs_) {
      if (!out->has_room()) {
        missing_ = out;
        out->writer_waits(writer);
        return false;
      }
    }
    return true;
  }
  Cycle edge() const {
    Cycle last;
    for (const Stream<Word>* out : outs_) {
      last = std::max(last, out->room_edge());
    }
    return last;
  }
  const StreamTiming* stream() const { return missing_; }
  Cycle wait(Process& writer, Cycle) { return writer.wait_for_room(writer.outputs()); }
  void push(Cycle edge, const Word& word) {
    for (Stream<Word>* out : outs_) {
      out->push(edge, word);
    }
  }

 private:
  std::span<Stream<Word>* const> outs_;
  const StreamTiming* missing_;
};

/// n times: pop; work(1); push what `change` makes of the word.
template <typename Word, typename From, typename To, typename Change>
class PassWords final : public Process::Suspension {
 public:
  PassWords(Process& process, From from, To to, std::int64_t words, Change change)
      : Suspension(process), left_(words), from_(std::move(from)), to_(std::move(to)), change_(std::move(change)) {}

  bool await_ready() { return left_ == 0 || (runs_ahead() && advance()); }
  void await_resume() const {}
  bool advance() final {
    Cycle now = process_.now();
    while (left_ > 0) {
      if (!holds_word_) {
        if (!from_.known(process_)) {
          return false;
        }
        now = pop(now);
      }
      if (!to_.known(process_)) {
        return false;
      }
      now = push(now);
    }
    return true;
  }
  bool known() final { return holds_word_ ? to_.known(process_) : from_.known(process_); }
  Cycle edge() const final { return std::max(process_.now(), holds_word_ ? to_.edge() : from_.edge()); }
  bool act() final {
    if (holds_word_) {
      push(process_.now());
    } else {
      pop(process_.now());
    }
    return left_ == 0;
  }
  const StreamTiming* stream() const final { return holds_word_ ? to_.stream() : from_.stream(); }
  bool waits_for_room() const final { return holds_word_; }

 private:
  Cycle pop(Cycle now) {
    now = from_.wait(process_, now);
    word_ = from_.pop(now);
    holds_word_ = true;
    return process_.work_from(now, Cycles{1});
  }
  Cycle push(Cycle now) {
    now = to_.wait(process_, now);
    to_.push(now, change_(std::move(word_)));
    holds_word_ = false;
    --left_;
    return now;
  }

  std::int64_t left_;
  bool holds_word_ = false;
  From from_;
  To to_;
  [[no_unique_address]] Word word_{};
  [[no_unique_address]] Change change_;
};

/// n times: pop; `see` the word at that edge; work(1).
template <typename From, typename See>
class DropWords final : public Process::Suspension {
 public:
  DropWords(Process& process, From from, std::int64_t words, See see)
      : Suspension(process), left_(words), from_(std::move(from)), see_(std::move(see)) {}

  bool await_ready() { return left_ == 0 || (runs_ahead() && advance()); }
  void await_resume() const {}
  bool advance() final {
    Cycle now = process_.now();
    while (left_ > 0) {
      if (!from_.known(process_)) {
        return false;
      }
      now = step(now);
    }
    return true;
  }
  bool known() final { return from_.known(process_); }
  Cycle edge() const final { return std::max(process_.now(), from_.edge()); }
  bool act() final {
    step(process_.now());
    return left_ == 0;
  }
  const StreamTiming* stream() const final { return from_.stream(); }

 private:
  Cycle step(Cycle now) {
    now = from_.wait(process_, now);
    see_(from_.pop(now));
    --left_;
    return process_.work_from(now, Cycles{1});
  }

  std::int64_t left_;
  From from_;
  [[no_unique_address]] See see_;
};

/// n times: work, unless that is zero cycles; push what `make` gives.
template <typename To, typename Make>
class MakeWords final : public Process::Suspension {
 public:
  MakeWords(Process& process, To to, std::int64_t words, Cycles work, Make make)
      : Suspension(process), left_(words), to_(std::move(to)), work_(work), make_(std::move(make)) {}

  bool await_ready() { return left_ == 0 || (runs_ahead() && advance()); }
  void await_resume() const {}
  bool advance() final {
    Cycle now = process_.now();
    while (left_ > 0) {
      now = work(now);
      if (!to_.known(process_)) {
        return false;
      }
      now = push(now);
    }
    return true;
  }
  bool known() final {
    work(process_.now());
    return to_.known(process_);
  }
  Cycle edge() const final { return std::max(process_.now(), to_.edge()); }
  bool act() final {
    push(process_.now());
    return left_ == 0;
  }
  const StreamTiming* stream() const final { return to_.stream(); }
  bool waits_for_room() const final { return true; }

 private:
  Cycle work(Cycle now) {
    if (has_worked_) {
      return now;
    }
    has_worked_ = true;
    return process_.work_from(now, work_);
  }
  Cycle push(Cycle now) {
    now = to_.wait(process_, now);
    to_.push(now, make_());
    has_worked_ = false;
    --left_;
    return now;
  }

  std::int64_t left_;
  bool has_worked_ = false;
  To to_;
  Cycles work_;
  [[no_unique_address]] Make make_;
};

/// n times: wait until the next word is known, and let `take` pop it.
template <typename From, typename Take>
class TakeWords final : public Process::Suspension {
 public:
  TakeWords(Process& process, From from, std::int64_t words, Take take)
      : Suspension(process), left_(words), from_(std::move(from)), take_(std::move(take)) {}

  bool await_ready() { return left_ == 0 || (runs_ahead() && advance()); }
  void await_resume() const {}
  bool advance() final {
    while (left_ > 0) {
      if (!from_.known(process_)) {
        return false;
      }
      act();
    }
    return true;
  }
  bool known() final { return from_.known(process_); }
  Cycle edge() const final { return std::max(process_.now(), from_.edge()); }
  bool act() final {
    take_();
    --left_;
    return left_ == 0;
  }
  const StreamTiming* stream() const final { return from_.stream(); }

 private:
  std::int64_t left_;
  From from_;
  Take take_;
};

/// Channels move from words of `lanes_in` to words of `lanes_out`: push while the store holds a word; else pop,
/// work(1).
template <typename Word, typename Store>
class RegroupWords final : public Process::Suspension {
 public:
  RegroupWords(Process& process, Stream<Word>& in, Stream<Word>& out, Regrouping regrouping, std::int64_t words,
               Store& store)
      : Suspension(process), left_(words), regrouping_(regrouping), from_(in), to_(out), store_(store) {}

  bool await_ready() { return left_ == 0 || (runs_ahead() && advance()); }
  void await_resume() const {}
  bool advance() final {
    Cycle now = process_.now();
    while (left_ > 0) {
      if (!known()) {
        return false;
      }
      now = step(now);
    }
    return true;
  }
  bool known() final { return holds_word() ? to_.known(process_) : from_.known(process_); }
  Cycle edge() const final { return std::max(process_.now(), holds_word() ? to_.edge() : from_.edge()); }
  bool act() final {
    step(process_.now());
    return left_ == 0;
  }
  const StreamTiming* stream() const final { return holds_word() ? to_.stream() : from_.stream(); }
  bool waits_for_room() const final { return holds_word(); }

 private:
  bool holds_word() const { return held_ >= regrouping_.lanes_out; }
  Cycle step(Cycle now) { return holds_word() ? push(now) : pop(now); }
  Cycle push(Cycle now) {
    now = to_.wait(process_, now);
    to_.push(now, store_.remove(regrouping_.lanes_out));
    held_ -= regrouping_.lanes_out;
    --left_;
    return now;
  }
  Cycle pop(Cycle now) {
    now = from_.wait(process_, now);
    store_.add(from_.pop(now));
    held_ += regrouping_.lanes_in;
    return process_.work_from(now, Cycles{1});
  }

  std::int64_t left_;
  std::int64_t held_ = 0;
  Regrouping regrouping_;
  FromOne<Word> from_;
  ToOne<Word> to_;
  Store& store_;
};

/// `change` gets a word and returns the one that is pushed.
template <typename Word, typename Change>
PassWords<Word, FromOne<Word>, ToOne<Word>, Change> pass(Process& process, Stream<Word>& in, Stream<Word>& out,
                                                         std::int64_t words, Change change) {
  return {process, FromOne<Word>(in), ToOne<Word>(out), words, std::move(change)};
}

/// To all outputs of the process, the same word each.
template <typename Word>
auto copy(Process& process, Stream<Word>& in, std::span<Stream<Word>* const> outs, std::int64_t words) {
  const auto same = [](Word word) { return word; };
  return PassWords<Word, FromOne<Word>, ToAll<Word>, decltype(same)>(process, FromOne<Word>(in), ToAll<Word>(outs),
                                                                     words, same);
}

/// From all inputs of the process. `add` gets the sum, at first an empty word, and the next input's word.
template <typename Word, typename Add>
auto join(Process& process, std::span<Stream<Word>* const> ins, Stream<Word>& out, std::int64_t words, Add add) {
  const auto same = [](Word word) { return word; };
  return PassWords<Word, FromAll<Word, Add>, ToOne<Word>, decltype(same)>(
      process, FromAll<Word, Add>(ins, std::move(add)), ToOne<Word>(out), words, same);
}

/// `see` gets each word while `process.now()` is the edge of its pop.
template <typename Word, typename See>
DropWords<FromOne<Word>, See> drop(Process& process, Stream<Word>& in, std::int64_t words, See see) {
  return {process, FromOne<Word>(in), words, std::move(see)};
}

/// `make` returns the word that is pushed.
template <typename Word, typename Make>
MakeWords<ToOne<Word>, Make> make(Process& process, Stream<Word>& out, std::int64_t words, Make make) {
  return {process, ToOne<Word>(out), words, Cycles{1}, std::move(make)};
}

template <typename Word, typename Make>
MakeWords<ToOne<Word>, Make> give(Process& process, Stream<Word>& out, std::int64_t words, Make make) {
  return {process, ToOne<Word>(out), words, Cycles{0}, std::move(make)};
}

template <typename Word, typename Take>
TakeWords<FromOne<Word>, Take> each_word(Process& process, Stream<Word>& in, std::int64_t words, Take take) {
  return {process, FromOne<Word>(in), words, std::move(take)};
}

}  // namespace millrace
