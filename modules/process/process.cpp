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
  for (std::size_t port = 0; port < inputs_.size(); ++port) {
    inputs_[port]->set_reader(*this, port);
  }
  for (std::size_t port = 0; port < outputs_.size(); ++port) {
    outputs_[port]->set_writer(*this, port);
  }
}

void Process::begin(Host& host, Pace pace) {
  host_ = &host;
  line_ = host.line();
  pace_ = pace;
  is_served_at_once_ = wants_to_be_served_at_once_ && line_ != nullptr && pace == Pace::kRunAhead;
  body_ = start_(*this);
}

void Process::resume() {
  if (condition_ != nullptr) {
    const bool nothing_left = pace_ == Pace::kRunAhead ? condition_->advance() : take_turns();
    if (!nothing_left) {
      return;
    }
    condition_ = nullptr;
  }
  body_.resume();
}

bool Process::take_turns() {
  do {
    if (!condition_->known() || !has_turn(condition_->edge())) {
      return false;
    }
  } while (!condition_->act());
  return true;
}

bool Process::has_turn(Cycle edge) {
  if (!turn_granted_) {
    host_->at(*this, edge);
  }
  return std::exchange(turn_granted_, !turn_granted_);
}

Cycle Process::wait_for_words(std::span<StreamTiming* const> ins) {
  Cycle edge = now_;
  const StreamTiming* last = ins.front();
  for (const StreamTiming* in : ins) {
    edge = held_until(in->pop_port_edge(), edge);
    last = in->arrival_edge() > last->arrival_edge() ? in : last;
  }
  return wait_for_word_from(edge, *last);
}

Cycle Process::wait_for_room(std::span<StreamTiming* const> outs) {
  Cycle edge = now_;
  const StreamTiming* last = outs.front();
  for (const StreamTiming* out : outs) {
    edge = held_until(out->push_port_edge(), edge);
    last = out->slot_edge() > last->slot_edge() ? out : last;
  }
  return wait_for_slot_from(edge, *last);
}

}  // namespace millrace
