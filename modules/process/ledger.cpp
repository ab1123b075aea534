#include "modules/process/ledger.hpp"

namespace millrace {
namespace {

Cycles sum(const std::vector<Cycles>& parts) {
  Cycles total;
  for (const Cycles part : parts) {
    total += part;
  }
  return total;
}

}  // namespace

Cycles Accounts::total_starved() const {
  return sum(starved);
}

Cycles Accounts::total_blocked() const {
  return sum(blocked);
}

Ledger::Ledger(std::size_t inputs, std::size_t outputs)
    : now_{Cycles{}, std::vector<Cycles>(inputs), std::vector<Cycles>(outputs)},
      after_first_(now_),
      after_last_(now_) {}

void Ledger::end_image(Cycle edge) {
  after_last_ = now_;
  if (images_.empty()) {
    after_first_ = now_;
  }
  images_.push_back({edge, now_.busy, now_.total_starved(), now_.total_blocked()});
}

Accounts Ledger::steady() const {
  Accounts span = after_last_;
  span.busy = span.busy - after_first_.busy;
  for (std::size_t port = 0; port < span.starved.size(); ++port) {
    span.starved[port] = span.starved[port] - after_first_.starved[port];
  }
  for (std::size_t port = 0; port < span.blocked.size(); ++port) {
    span.blocked[port] = span.blocked[port] - after_first_.blocked[port];
  }
  return span;
}

}  // namespace millrace
