// On the SystemC kernel, at either pace and whatever the clock, graphs do what they do on the worklist. Many graphs, in
// one simulation.
#include "tests/modules/support/kernel_graph.hpp"

#include <gtest/gtest.h>

#include "tests/modules/support/random_graph.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

/// A graph with a memory of its own, if it needs one.
class Simulation {
 public:
  Simulation(const RandomGraph& random, KernelClock clock, Pace pace) : graph_(random.graph, clock, pace) {
    if (!graph_.dmas().empty()) {
      memory_ = std::make_unique<Memory>(sc_core::sc_gen_unique_name("memory"), random.memory, clock);
      graph_.bind_memory(memory_->socket);
    }
  }
  Outcome run() { return graph_.run(); }

 private:
  std::unique_ptr<Memory> memory_;
  KernelGraph<Timing> graph_;
};

TEST(KernelGraph, RandomGraphsDoWhatTheyDoOnTheWorklist) {
  constexpr std::uint64_t kGraphs = 150;
  const KernelClock fast(sc_core::sc_time(1, sc_core::SC_NS));
  const KernelClock odd(sc_core::sc_time(3.333, sc_core::SC_NS));
  std::vector<RandomGraph> graphs;
  std::vector<std::unique_ptr<Simulation>> run_ahead;
  std::vector<std::unique_ptr<Simulation>> take_turns;
  for (std::uint64_t seed = 0; seed < kGraphs; ++seed) {
    graphs.push_back(random_graph(seed));
    const KernelClock& clock = seed % 2 == 0 ? fast : odd;
    run_ahead.push_back(std::make_unique<Simulation>(graphs.back(), clock, Pace::kRunAhead));
    take_turns.push_back(std::make_unique<Simulation>(graphs.back(), clock, Pace::kTakeTurns));
  }
  for (std::uint64_t seed = 0; seed < kGraphs; ++seed) {
    SCOPED_TRACE(seed);
    MemoryArray memory(graphs[seed].memory);
    const Outcome expected = WorklistGraph(graphs[seed].graph, &memory).run(Pace::kRunAhead);
    expect_equal(run_ahead[seed]->run(), expected);
    expect_equal(take_turns[seed]->run(), expected);
  }
}

}  // namespace
}  // namespace millrace
