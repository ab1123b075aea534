// A module: one or more processes and what they share. Its timing is in the comment above its class.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "modules/process/process.hpp"
#include "modules/stream/stream.hpp"

namespace millrace {

/// Images that a simulation runs, one behind the other.
struct Images {
  std::int64_t count = 1;
};

/// The streams at a module's ports, in port order.
template <typename Word>
struct Ends {
  std::vector<Stream<Word>*> in;
  std::vector<Stream<Word>*> out;
};

/// What one process (or one dot unit) did: a row of the results.
struct AccountRow {
  std::string name;
  std::string kind;
  Accounts total;
  Accounts steady;
  std::vector<std::string> inputs;   ///< what `starved` is booked to, port by port
  std::vector<std::string> outputs;  ///< what `blocked` is booked to
};

/// Everything a module did. The first `workers` rows are what it works with (dot units; else its first process), the
/// others serve them; `images` are the sums of the workers at the end of each image.
struct ModuleAccounts {
  std::vector<AccountRow> rows;
  std::size_t workers = 1;
  std::vector<ImageMark> images;
};

class Module {
 public:
  Module(std::string name, std::string kind) : name_(std::move(name)), kind_(std::move(kind)) {}
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  const std::string& name() const { return name_; }
  const std::string& kind() const { return kind_; }
  const std::vector<std::unique_ptr<Process>>& processes() const { return processes_; }
  virtual ModuleAccounts accounts() const;

 protected:
  /// The body of a process is a member coroutine; a module with one process gives it its own name and kind.
  Process& add_process(Process::Ports inputs, Process::Ports outputs, Process::Start start);
  Process& add_process(const std::string& part, std::string kind, Process::Ports inputs, Process::Ports outputs,
                       Process::Start start, int rank = 0);

  static AccountRow row_of(const Process& process);

 private:
  std::string name_;
  std::string kind_;
  std::vector<std::unique_ptr<Process>> processes_;
};

/// Streams as a process lists them.
template <typename Word>
Process::Ports ports(const std::vector<Stream<Word>*>& streams) {
  return {streams.begin(), streams.end()};
}

}  // namespace millrace
