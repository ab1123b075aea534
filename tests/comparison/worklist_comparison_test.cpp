// Random graphs on the worklist against the cycle loop: every push and pop edge, every account, every deadlock.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "modules/hosts/worklist.hpp"
#include "modules/memory/memory_array.hpp"
#include "tests/comparison/netlist_models.hpp"
#include "tests/oracle/random_netlist.hpp"

namespace millrace::comparison {
namespace {

constexpr std::uint64_t kCases = 10000;
constexpr oracle::Edge kMostEdges = 1'000'000;

/// The netlist on a worklist; empty if it did the same as the oracle.
std::string compare_on_worklist(const oracle::Netlist& netlist, const oracle::Result& expected, Pace pace) {
  std::vector<std::unique_ptr<Stream<Timing>>> streams;
  std::vector<StreamTiming*> timings;
  for (std::size_t index = 0; index < netlist.streams.size(); ++index) {
    const oracle::StreamSpec& spec = netlist.streams[index];
    streams.push_back(std::make_unique<Stream<Timing>>(std::to_string(index), Depth{spec.depth}, Cycles{spec.latency}));
    timings.push_back(streams.back().get());
  }
  MemoryArray memory(memory_of(netlist));
  NetlistParts parts(netlist);
  std::vector<std::unique_ptr<Module>> models;
  std::vector<const Module*> views;
  std::vector<Process*> processes;
  for (std::size_t module = 0; module < netlist.modules.size(); ++module) {
    Ends<Timing> ends;
    for (const std::size_t in : inputs_of(netlist.modules[module])) {
      ends.in.push_back(streams[in].get());
    }
    for (const std::size_t out : outputs_of(netlist.modules[module])) {
      ends.out.push_back(streams[out].get());
    }
    models.push_back(parts.make(module, "m" + std::to_string(module), memory, ends));
    views.push_back(models.back().get());
    for (const auto& process : models.back()->processes()) {
      processes.push_back(process.get());
    }
  }
  const auto recorders = watch(netlist, timings, views);
  const bool finished = Worklist().run(processes, pace);
  if (finished != (expected.outcome == oracle::Outcome::kCompleted)) {
    return finished ? "finished, but should be stuck" : "is stuck, but should have finished";
  }
  return difference(netlist, expected, recorders, views);
}

TEST(WorklistComparison, RandomGraphsEqualTheCycleLoopOnEveryEdge) {
  std::size_t edges = 0;
  std::size_t deadlocks = 0;
  for (std::uint64_t seed = 1; seed <= kCases; ++seed) {
    const oracle::Netlist netlist = oracle::random_netlist(seed);
    const oracle::Result expected = oracle::run(netlist, kMostEdges);
    ASSERT_NE(expected.outcome, oracle::Outcome::kEdgeLimit) << "seed " << seed;
    ASSERT_EQ(compare_on_worklist(netlist, expected, Pace::kRunAhead), "") << "seed " << seed;
    ASSERT_EQ(compare_on_worklist(netlist, expected, Pace::kTakeTurns), "") << "seed " << seed << ", taking turns";
    edges += count_edges(expected);
    deadlocks += expected.outcome == oracle::Outcome::kDeadlock ? 1 : 0;
  }
  RecordProperty("cases", static_cast<int>(kCases));
  std::printf("seeds 1 to %llu: %zu edges, %zu deadlocks\n", static_cast<unsigned long long>(kCases), edges, deadlocks);
  EXPECT_GT(deadlocks, kCases / 50);
}

}  // namespace
}  // namespace millrace::comparison
