// What a run of a graph gave, in a form in which two runs can be compared.
#pragma once

#include <cstdint>
#include <vector>

#include "modules/memory/dma.hpp"
#include "modules/process/module.hpp"
#include "tests/modules/support/edge_log.hpp"

namespace millrace {

/// Edges at which images enter and leave.
class ImageLog final : public ImageObserver {
 public:
  void entered(std::int64_t, Cycle first_in) override { first_in_.push_back(first_in.edge()); }
  void left(std::int64_t, Cycle last_out) override { last_out_.push_back(last_out.edge()); }

  const Edges& first_in() const { return first_in_; }
  const Edges& last_out() const { return last_out_; }

 private:
  Edges first_in_;
  Edges last_out_;
};

struct Outcome {
  bool completed = false;
  std::vector<StreamEdges> streams;      ///< in the order of the graph
  Edges high_water;                      ///< stream by stream
  std::vector<ModuleAccounts> accounts;  ///< in the order of the graph
  Edges last_edges;                      ///< process by process, in the order of the graph
  Edges first_in;
  Edges last_out;
  std::int64_t end = 0;  ///< the last edge at which a process did something
};

/// All figures of all accounts, one behind the other.
std::vector<std::int64_t> figures(const std::vector<ModuleAccounts>& accounts);

/// Takes what hosts share: the logs are of the streams in the order of the graph.
Outcome outcome_of(bool completed, const std::vector<const Module*>& modules,
                   const std::vector<const StreamTiming*>& streams, const std::vector<EdgeLog>& logs,
                   const ImageLog& images);

/// Expects that two runs did the same things at the same edges.
void expect_equal(const Outcome& actual, const Outcome& expected);

}  // namespace millrace
