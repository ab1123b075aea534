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
    : waits_{Cycles{}, std::vector<Cycles>(inputs), std::vector<Cycles>(outputs)},
      after_first_(waits_),
      after_last_(waits_) {}

Accounts Ledger::accounts(Cycle edge) const {
  Accounts accounts = waits_;
  accounts.busy = edge - Cycle{} - idle_ - waits_.total_starved() - waits_.total_blocked();
  return accounts;
}

void Ledger::end_image(Cycle edge) {
  after_last_ = accounts(edge);
  if (images_.empty()) {
    after_first_ = after_last_;
  }
  images_.push_back({edge, after_last_.busy, after_last_.total_starved(), after_last_.total_blocked()});
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
