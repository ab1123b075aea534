#ifndef MILLRACE_TESTS_ORACLE_MODULE_HPP
#define MILLRACE_TESTS_ORACLE_MODULE_HPP

#include <memory>
#include <utility>
#include <vector>

#include "tests/oracle/process.hpp"

namespace millrace::oracle {

// Processes that belong together. Between them signals may be combinational, between modules never.
class Module {
 public:
  explicit Module(std::vector<std::unique_ptr<Process>> processes) : processes_(std::move(processes)) {}
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  // First phase.
  virtual void evaluate(Edge edge) {
    for (const auto& process : processes_) {
      process->evaluate(edge);
    }
  }

  [[nodiscard]] const std::vector<std::unique_ptr<Process>>& processes() const { return processes_; }

 private:
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_MODULE_HPP
