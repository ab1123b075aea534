// DmaReader and DmaWriter: move images between a memory and the first and last stream of a pipeline, in bursts.
//
// An image is `words` words of `word_bytes` bytes; a burst is max(1, burst_bytes / word_bytes) words, the last one of
// an image shorter. Both engines have up to `outstanding` bursts under way.
//
// Timing of DmaReader. Fetch, for every image k: wait for edge k * image_interval (0: never waits; what-if runs pace an
// ideal source with it); for every burst: wait for room in the burst stream (depth `outstanding`); request the
// burst at that edge and push its token; work(1). Unpack: pop a token; wait until its bytes are there; push its words,
// one an edge. first_in of an image is the edge at which its first word is pushed.
//
// Timing of DmaWriter. Pack, for every word: pop; work(1); behind a burst's last word push a token. Post, for burst n:
// pop the token; wait until burst n - outstanding is done; request; work(1); behind the very last, wait until all are
// done. last_out of an image is the edge at which its last word is popped.
//
// Both share the memory with others, and synchronise to simulated time before a request; at the same edge the reader
// goes first.
#pragma once

#include <deque>

#include "modules/memory/memory_array.hpp"
#include "modules/memory/memory_port.hpp"
#include "modules/process/module.hpp"

namespace millrace {

struct DmaParameters {
  std::int64_t words = 1;  ///< per image
  std::int64_t lanes = 1;
  std::int64_t word_bytes = 1;  ///< lanes * data bits / 8, rounded up
  std::int64_t burst_bytes = 64;
  std::int64_t outstanding = 4;
  std::uint64_t address = 0;  ///< of the first image; the next one follows behind it
  Cycles image_interval{};    ///< of a reader: no word of image k is requested before edge k * image_interval
  friend bool operator==(const DmaParameters&, const DmaParameters&) = default;

  std::int64_t burst_words() const { return std::max<std::int64_t>(1, burst_bytes / word_bytes); }
};

/// Told when images enter and leave.
class ImageObserver {
 public:
  virtual ~ImageObserver() = default;
  virtual void entered(std::int64_t image, Cycle first_in) = 0;
  virtual void left(std::int64_t image, Cycle last_out) = 0;
};

/// Words of a burst that has been requested.
struct ReadBurst {
  Cycle done;
  std::vector<std::uint8_t> bytes;
};

/// No input, one output. Values: one byte a lane, signed.
template <typename Word>
class DmaReader final : public Module {
 public:
  DmaReader(std::string name, DmaParameters parameters, Images images, MemoryPort& memory, ImageObserver& observer,
            Ends<Word> ends);

 private:
  Body fetch(Process& self);
  Body unpack(Process& self);

  DmaParameters parameters_;
  Images images_;
  MemoryPort& memory_;
  ImageObserver& observer_;
  Stream<ReadBurst> bursts_;
  Stream<Word>& out_;
};

/// One input, no output. Values: one byte a lane, the low eight bits.
template <typename Word>
class DmaWriter final : public Module {
 public:
  DmaWriter(std::string name, DmaParameters parameters, Images images, MemoryPort& memory, ImageObserver& observer,
            Ends<Word> ends);

 private:
  Body pack(Process& self);
  Body post(Process& self);

  DmaParameters parameters_;
  Images images_;
  MemoryPort& memory_;
  ImageObserver& observer_;
  Stream<Word>& in_;
  Stream<std::vector<std::uint8_t>> bursts_;
};

}  // namespace millrace
