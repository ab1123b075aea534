#include "tests/oracle/channel.hpp"

#include <algorithm>
#include <stdexcept>

namespace millrace::oracle {

Channel::Channel(const StreamSpec& spec, std::size_t readers)
    : capacity_(spec.depth + spec.latency - 1), stages_(spec.latency - 1), readers_(readers) {
  constexpr std::uint32_t kMaxLatency = 64;  // the pipeline is a shift register of 64 bits
  if (spec.depth == 0 || spec.latency == 0 || spec.latency > kMaxLatency) {
    throw std::invalid_argument("stream: depth or latency out of range");
  }
}

bool Channel::has_word(std::size_t reader) const {
  const Reader& r = readers_[reader];
  return r.visible > (r.popping ? 1U : 0U);
}

void Channel::pop(std::size_t reader) {
  if (!has_word(reader) || popped_now(reader)) {
    throw std::logic_error("channel: pop without a word, or twice at an edge");
  }
  readers_[reader].popping = true;
}

void Channel::push() {
  if (!has_room() || pushed_now()) {
    throw std::logic_error("channel: push without room, or twice at an edge");
  }
  pushing_ = true;
}

bool Channel::tick(Edge edge) {
  // The pushed word enters the pipeline at its lowest bit; what leaves the last stage becomes visible.
  const std::uint64_t shifted = (in_flight_ << 1U) | (pushing_ ? 1U : 0U);
  const std::uint32_t arriving = static_cast<std::uint32_t>((shifted >> stages_) & 1U);
  in_flight_ = shifted & ((std::uint64_t{1} << stages_) - 1);

  const std::uint32_t entering = pushing_ ? 1U : 0U;
  std::uint32_t slowest = 0;
  for (Reader& reader : readers_) {
    const std::uint32_t leaving = reader.popping ? 1U : 0U;
    reader.visible = reader.visible + arriving - leaving;
    reader.occupied = reader.occupied + entering - leaving;
    reader.popping = false;
    slowest = std::max(slowest, reader.occupied);
  }
  if (pushing_) {
    record_.pushes.push_back(edge);
  }
  if (slowest < occupied_ + entering) {
    record_.pops.push_back(edge);
  }
  occupied_ = slowest;
  pushing_ = false;
  return in_flight_ != 0 || arriving != 0;
}

}  // namespace millrace::oracle
