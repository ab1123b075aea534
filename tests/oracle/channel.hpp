#ifndef MILLRACE_TESTS_ORACLE_CHANNEL_HPP
#define MILLRACE_TESTS_ORACLE_CHANNEL_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/oracle/cycle_loop.hpp"

namespace millrace::oracle {

// A stream as hardware has it: latency - 1 pipeline stages, then storage, and counters of what is visible and of what
// takes up room, one pair for every reader. What processes ask is answered from the registers as they were at the
// beginning of the edge and from what the asking process itself did at this edge, never from what the other side does.
class Channel {
 public:
  Channel(const StreamSpec& spec, std::size_t readers);

  [[nodiscard]] bool has_word(std::size_t reader) const;
  [[nodiscard]] bool popped_now(std::size_t reader) const { return readers_[reader].popping; }
  [[nodiscard]] bool has_room() const { return occupied_ + (pushing_ ? 1U : 0U) < capacity_; }
  [[nodiscard]] bool pushed_now() const { return pushing_; }

  void pop(std::size_t reader);
  void push();

  // Second phase: all registers change. Returns whether a word moved in the pipeline or became visible.
  bool tick(Edge edge);

  [[nodiscard]] const StreamRecord& record() const { return record_; }

 private:
  struct Reader {
    std::uint32_t visible = 0;   // words in storage that it has not popped
    std::uint32_t occupied = 0;  // those, and the words in the pipeline stages
    bool popping = false;
  };

  std::uint32_t capacity_;
  std::uint32_t stages_;
  std::uint64_t in_flight_ = 0;  // shift register of the pipeline stages
  std::uint32_t occupied_ = 0;   // of the slowest reader
  bool pushing_ = false;
  std::vector<Reader> readers_;
  StreamRecord record_;
};

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_CHANNEL_HPP
