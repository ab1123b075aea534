#include "modules/process/module.hpp"

#include <utility>

namespace millrace {

Process& Module::add_process(Process::Ports inputs, Process::Ports outputs, Process::Start start) {
  processes_.push_back(
      std::make_unique<Process>(name_, kind_, std::move(inputs), std::move(outputs), std::move(start)));
  return *processes_.back();
}

Process& Module::add_process(const std::string& part, std::string kind, Process::Ports inputs, Process::Ports outputs,
                             Process::Start start, int rank) {
  processes_.push_back(std::make_unique<Process>(name_ + "." + part, std::move(kind), std::move(inputs),
                                                 std::move(outputs), std::move(start), rank));
  return *processes_.back();
}

AccountRow Module::row_of(const Process& process) {
  // A process without a stream on one side has the memory there.
  const auto names = [](const Process::Ports& ports) {
    std::vector<std::string> names;
    for (const StreamTiming* port : ports) {
      names.push_back(port->name());
    }
    return names.empty() ? std::vector<std::string>{"memory"} : names;
  };
  return {process.name(),          process.kind(),          process.accounts(), process.ledger().steady(),
          names(process.inputs()), names(process.outputs())};
}

ModuleAccounts Module::accounts() const {
  ModuleAccounts accounts{{}, 1, processes_.front()->ledger().images()};
  for (const auto& process : processes_) {
    accounts.rows.push_back(row_of(*process));
  }
  return accounts;
}

}  // namespace millrace
