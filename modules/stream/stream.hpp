// A ready/valid channel with a bounded FIFO, as a pair of edge sequences.
//
// Depth d >= 1, latency L >= 1, capacity D = d + L - 1 words, those in flight included. The k-th word, pushed at edge
// t, can be popped from edge t + L; the slot it leaves at edge t can be pushed into from edge t + 1. One push and one
// pop an edge. The stream keeps the edges of the last D pushes and pops and nothing else: who asks for a word or for
// room that is not known yet is suspended by its process and woken by the other end.
//
// Example: Stream<Timing> s{"a -> b", Depth{2}, Cycles{1}};  s.put(Cycle{5}); s.word_edge() == Cycle{6};
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "modules/stream/word.hpp"
#include "modules/time/cycle.hpp"

namespace millrace {

class Process;

/// Words that a FIFO holds, those in its writer's pipeline not counted. At least 1.
struct Depth {
  std::int64_t words = 2;
  friend auto operator<=>(const Depth&, const Depth&) = default;
};

class StreamTiming;

/// Sees every push and pop of a stream, in the order of each end; the two ends run ahead of each other.
class StreamObserver {
 public:
  virtual ~StreamObserver() = default;
  virtual void pushed(const StreamTiming& stream, Cycle edge) = 0;
  virtual void popped(const StreamTiming& stream, Cycle edge) = 0;
};

/// The edges of a stream, whatever it carries.
class StreamTiming {
 public:
  /// Throws std::invalid_argument if depth or latency is below 1.
  StreamTiming(std::string name, Depth depth, Cycles latency);
  StreamTiming(const StreamTiming&) = delete;
  StreamTiming& operator=(const StreamTiming&) = delete;

  const std::string& name() const { return name_; }
  Depth depth() const { return depth_; }
  Cycles latency() const { return latency_; }
  std::int64_t capacity() const { return static_cast<std::int64_t>(capacity_); }
  std::int64_t pushes() const { return pushes_; }
  std::int64_t pops() const { return pops_; }
  std::int64_t occupancy() const { return pushes_ - pops_; }
  /// Most words that were in the stream at one edge, those in flight included, once nothing can move any more. Words
  /// that nobody came for are all in it at the last edge.
  std::int64_t high_water() const { return std::max(high_water_, occupancy()); }

  // Reader's end.
  bool has_word() const { return pushes_ > pops_; }
  /// Edge from which the next word is there, whatever was popped last. Needs has_word().
  Cycle arrival_edge() const { return slots_[head_] + latency_; }
  /// Edge from which the reader may pop again, whatever has come.
  Cycle pop_port_edge() const { return last_pop_ + Cycles{1}; }
  Cycle word_edge() const { return later(arrival_edge(), pop_port_edge()); }
  /// arrival_edge() of the word behind `before` others. Needs that many words, and one more.
  Cycle arrival_edge_behind(std::int64_t before) const { return slots_[slot_after(head_, before)] + latency_; }
  void take(Cycle edge) {
    if (raises_high_water_at_take(edge)) {
      raise_high_water_at_take(edge);
    }
    slots_[head_] = edge;
    head_ = next(head_);
    ++pops_;
    last_pop_ = edge;
    if (observer_ != nullptr) {
      observer_->popped(*this, edge);
    }
    if (waiting_writer_ != nullptr) {
      wake(waiting_writer_);
    }
  }
  void reader_waits(Process& reader) { waiting_reader_ = &reader; }

  // Writer's end.
  bool has_room() const { return pushes_ - pops_ < limit_; }
  /// Edge from which the next slot is free, whatever was pushed last. Needs has_room().
  Cycle slot_edge() const { return slots_[tail_] + Cycles{1}; }
  /// Edge from which the writer may push again, whatever the room.
  Cycle push_port_edge() const { return last_push_ + Cycles{1}; }
  Cycle room_edge() const { return later(slot_edge(), push_port_edge()); }
  /// slot_edge() of the slot behind `before` others. Needs that many free ones, and one more.
  Cycle slot_edge_behind(std::int64_t before) const { return slots_[slot_after(tail_, before)] + Cycles{1}; }
  void put(Cycle edge) {
    if (raises_high_water_at_put(edge)) {
      raise_high_water_at_put(edge);
    }
    slots_[tail_] = edge;
    tail_ = next(tail_);
    ++pushes_;
    last_push_ = edge;
    if (observer_ != nullptr) {
      observer_->pushed(*this, edge);
    }
    if (waiting_reader_ != nullptr) {
      wake(waiting_reader_);
    }
  }
  void writer_waits(Process& writer) { waiting_writer_ = &writer; }

  /// From here on it takes no more than so many words at once, at most the capacity. For runs in which only the order
  /// of words counts: edges are still those of the capacity.
  void limit(std::int64_t words) {
    limit_ = words;
    if (waiting_writer_ != nullptr && has_room()) {
      wake(waiting_writer_);
    }
  }
  std::int64_t limit() const { return limit_; }

  /// The two ends, for accounts and reports: the process that took an end, and at which of its ports.
  void set_reader(const Process& reader, std::size_t port) {
    reader_ = &reader;
    reader_port_ = port;
  }
  void set_writer(const Process& writer, std::size_t port) {
    writer_ = &writer;
    writer_port_ = port;
  }
  const Process* reader() const { return reader_; }
  const Process* writer() const { return writer_; }
  std::size_t reader_port() const { return reader_port_; }
  std::size_t writer_port() const { return writer_port_; }

  void observe(StreamObserver& observer) { observer_ = &observer; }

 private:
  std::size_t next(std::size_t slot) const { return slot + 1 == capacity_ ? 0 : slot + 1; }
  /// `distance` is not above the capacity.
  std::size_t slot_after(std::size_t slot, std::int64_t distance) const {
    const std::size_t after = slot + static_cast<std::size_t>(distance);
    return after < capacity_ ? after : after - capacity_;
  }
  std::size_t slot_before(std::size_t slot, std::int64_t distance) const {
    const std::size_t back = static_cast<std::size_t>(distance);
    return slot >= back ? slot - back : slot + capacity_ - back;
  }
  static void wake(Process*& waiting);

  // The stream held h + 1 words at once if word k was still in it when word k + h came: pop(k) > push(k + h). Each such
  // pair is tested when the later of its two edges becomes known, and only for h not below the mark reached so far.

  /// Fewest words before the one that is pushed now that would raise the mark, if they were all still there.
  std::int64_t held_at_put() const { return std::max(high_water_, pushes_ + 1 - pops_); }
  bool raises_high_water_at_put(Cycle edge) const {
    const std::int64_t held = held_at_put();
    return held < capacity() && held <= pushes_ && slots_[slot_before(tail_, held)] > edge;
  }
  void raise_high_water_at_put(Cycle edge);
  bool raises_high_water_at_take(Cycle edge) const {
    return high_water_ < pushes_ - pops_ && slots_[slot_after(head_, high_water_)] < edge;
  }
  void raise_high_water_at_take(Cycle edge);

  // One ring for both ends: a slot holds its word's push edge until that word is popped, then the pop edge until the
  // next word is pushed into it.
  std::vector<Cycle> slots_;
  std::size_t capacity_;
  std::int64_t limit_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  std::int64_t pushes_ = 0;
  std::int64_t pops_ = 0;
  Cycle last_push_ = kNever;
  Cycle last_pop_ = kNever;
  Cycles latency_;
  std::int64_t high_water_ = 0;
  Process* waiting_reader_ = nullptr;
  Process* waiting_writer_ = nullptr;
  StreamObserver* observer_ = nullptr;
  const Process* reader_ = nullptr;
  const Process* writer_ = nullptr;
  std::size_t reader_port_ = 0;
  std::size_t writer_port_ = 0;
  Depth depth_;
  std::string name_;
};

/// A stream of words that carry something.
template <typename Word>
class Stream : public StreamTiming {
 public:
  Stream(std::string name, Depth depth, Cycles latency)
      : StreamTiming(std::move(name), depth, latency), words_(static_cast<std::size_t>(capacity())) {}

  /// The word behind `before` others, which stays where it is. Needs that many words, and one more.
  const Word& word_behind(std::int64_t before) const {
    return words_[static_cast<std::size_t>((pops() + before) % capacity())];
  }
  Word pop(Cycle edge) {
    Word word = std::move(words_[static_cast<std::size_t>(pops() % capacity())]);
    take(edge);
    return word;
  }
  void push(Cycle edge, Word word) {
    words_[static_cast<std::size_t>(pushes() % capacity())] = std::move(word);
    put(edge);
  }

 private:
  std::vector<Word> words_;
};

template <>
class Stream<Timing> : public StreamTiming {
 public:
  using StreamTiming::StreamTiming;
  Timing pop(Cycle edge) {
    take(edge);
    return {};
  }
  void push(Cycle edge, Timing) { put(edge); }
};

}  // namespace millrace
