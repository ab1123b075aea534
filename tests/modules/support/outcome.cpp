#include "tests/modules/support/outcome.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace {
namespace {

void append(const Accounts& accounts, std::vector<std::int64_t>& figures) {
  figures.push_back(accounts.busy.count());
  for (const Cycles starved : accounts.starved) {
    figures.push_back(starved.count());
  }
  for (const Cycles blocked : accounts.blocked) {
    figures.push_back(blocked.count());
  }
}

}  // namespace

std::vector<std::int64_t> figures(const std::vector<ModuleAccounts>& accounts) {
  std::vector<std::int64_t> figures;
  for (const ModuleAccounts& module : accounts) {
    for (const AccountRow& row : module.rows) {
      append(row.total, figures);
      append(row.steady, figures);
    }
    for (const ImageMark& mark : module.images) {
      figures.insert(figures.end(), {mark.edge.edge(), mark.busy.count(), mark.starved.count(), mark.blocked.count()});
    }
  }
  return figures;
}

Outcome outcome_of(bool completed, const std::vector<const Module*>& modules,
                   const std::vector<const StreamTiming*>& streams, const std::vector<EdgeLog>& logs,
                   const ImageLog& images) {
  Outcome outcome;
  outcome.completed = completed;
  for (const EdgeLog& log : logs) {
    outcome.streams.push_back(log.edges());
  }
  for (const StreamTiming* stream : streams) {
    outcome.high_water.push_back(stream->high_water());
  }
  for (const Module* module : modules) {
    outcome.accounts.push_back(module->accounts());
    for (const auto& process : module->processes()) {
      outcome.last_edges.push_back(process->now().edge());
      outcome.end = std::max(outcome.end, process->now().edge());
    }
  }
  outcome.first_in = images.first_in();
  outcome.last_out = images.last_out();
  return outcome;
}

void expect_equal(const Outcome& actual, const Outcome& expected) {
  EXPECT_EQ(actual.completed, expected.completed);
  ASSERT_EQ(actual.streams.size(), expected.streams.size());
  for (std::size_t stream = 0; stream < expected.streams.size(); ++stream) {
    EXPECT_EQ(actual.streams[stream].pushes, expected.streams[stream].pushes) << "pushes of stream " << stream;
    EXPECT_EQ(actual.streams[stream].pops, expected.streams[stream].pops) << "pops of stream " << stream;
  }
  EXPECT_EQ(actual.high_water, expected.high_water);
  EXPECT_EQ(figures(actual.accounts), figures(expected.accounts));
  EXPECT_EQ(actual.last_edges, expected.last_edges);
  EXPECT_EQ(actual.first_in, expected.first_in);
  EXPECT_EQ(actual.last_out, expected.last_out);
  EXPECT_EQ(actual.end, expected.end);
}

}  // namespace millrace
