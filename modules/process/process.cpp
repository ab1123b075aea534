#include "modules/process/process.hpp"

#include <algorithm>
#include <utility>

namespace millrace {

Process::Process(std::string name, std::string kind, Ports inputs, Ports outputs, Start start, int rank)
    : ledger_(std::max<std::size_t>(inputs.size(), 1), std::max<std::size_t>(outputs.size(), 1)),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)),
      rank_(rank),
      start_(std::move(start)),
      name_(std::move(name)),
      kind_(std::move(kind)) {
  for (StreamTiming* in : inputs_) {
    in->set_reader(*this);
  }
  for (StreamTiming* out : outputs_) {
    out->set_writer(*this);
  }
}

void Process::begin(Host& host, Pace pace) {
  host_ = &host;
  pace_ = pace;
  body_ = start_(*this);
}

void Process::suspend(Condition& condition) {
  condition_ = &condition;
  may_go_on();
}

bool Process::may_go_on() {
  if (!condition_->known()) {
    return false;
  }
  const bool needs_turn = pace_ == Pace::kTakeTurns || condition_->shared();
  if (needs_turn && !turn_granted_) {
    turn_granted_ = true;
    host_->at(*this, condition_->edge());
    return false;
  }
  return true;
}

void Process::resume() {
  if (condition_ != nullptr) {
    if (!may_go_on()) {
      return;
    }
    condition_ = nullptr;
    turn_granted_ = false;
  }
  body_.resume();
}

std::size_t Process::port_of(const Ports& ports, const StreamTiming& stream) {
  const auto found = std::find(ports.begin(), ports.end(), &stream);
  return static_cast<std::size_t>(found - ports.begin());
}

void Process::wait_for_words(std::span<StreamTiming* const> ins) {
  const StreamTiming* last = ins.front();
  for (const StreamTiming* in : ins) {
    hold_until(in->pop_port_edge());
    last = in->arrival_edge() > last->arrival_edge() ? in : last;
  }
  wait_for_word(*last);
}

void Process::wait_for_room(std::span<StreamTiming* const> outs) {
  const StreamTiming* last = outs.front();
  for (const StreamTiming* out : outs) {
    hold_until(out->push_port_edge());
    last = out->slot_edge() > last->slot_edge() ? out : last;
  }
  wait_for_slot(*last);
}

void Process::wait_for_input(std::size_t port, Cycle edge) {
  if (edge > now_) {
    if (has_popped_) {
      ledger_.book_starved(port, edge - now_);
    }
    now_ = edge;
  }
  has_popped_ = true;
}

void Process::wait_for_output(std::size_t port, Cycle edge) {
  if (edge > now_) {
    ledger_.book_blocked(port, edge - now_);
    now_ = edge;
  }
}

}  // namespace millrace
