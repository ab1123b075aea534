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

std::size_t Process::port_of(const Ports& ports, const StreamTiming& stream) const {
  const auto found = std::find(ports.begin(), ports.end(), &stream);
  return static_cast<std::size_t>(found - ports.begin());
}

// Held only by the rule of one word an edge, a process is busy; what is beyond that is the far side's doing.

void Process::wait_for_words(std::span<StreamTiming* const> ins) {
  Cycle own = now_;
  Cycle ready = now_;
  const StreamTiming* last = nullptr;
  for (const StreamTiming* in : ins) {
    own = std::max(own, in->pop_port_edge());
    if (in->arrival_edge() > ready) {
      ready = in->arrival_edge();
      last = in;
    }
  }
  ledger_.book_busy(own - now_);
  now_ = own;
  if (ready > now_) {
    if (has_popped_) {
      ledger_.book_starved(port_of(inputs_, *last), ready - now_);
    }
    now_ = ready;
  }
  has_popped_ = true;
}

void Process::wait_for_room(std::span<StreamTiming* const> outs) {
  Cycle own = now_;
  Cycle ready = now_;
  const StreamTiming* last = nullptr;
  for (const StreamTiming* out : outs) {
    own = std::max(own, out->push_port_edge());
    if (out->slot_edge() > ready) {
      ready = out->slot_edge();
      last = out;
    }
  }
  ledger_.book_busy(own - now_);
  now_ = own;
  if (ready > now_) {
    ledger_.book_blocked(port_of(outputs_, *last), ready - now_);
    now_ = ready;
  }
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
