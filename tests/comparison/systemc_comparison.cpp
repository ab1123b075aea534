// Random graphs as SystemC modules against the cycle loop. SystemC has no reset, so all graphs stand side by side in
// one elaboration and run in one simulation. Argument: how many. `--synchronise` as second argument makes every pop and
// push wait for the kernel's clock.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "modules/systemc/kernel.hpp"
#include "modules/systemc/memory.hpp"
#include "modules/systemc/stream_channel.hpp"
#include "modules/systemc/systemc_module.hpp"
#include "tests/comparison/netlist_models.hpp"
#include "tests/oracle/random_netlist.hpp"

namespace millrace::comparison {
namespace {

constexpr oracle::Edge kMostEdges = 1'000'000;

/// One graph with its channels, modules and a memory of its own.
class Graph {
 public:
  Graph(std::uint64_t seed, Kernel& kernel)
      : seed_(seed),
        netlist_(oracle::random_netlist(seed)),
        expected_(oracle::run(netlist_, kMostEdges)),
        parts_(netlist_),
        unused_(memory_of(netlist_)) {
    // A socket must be bound, so that only graphs with DMA engines have a memory.
    if (std::any_of(netlist_.modules.begin(), netlist_.modules.end(), is_dma)) {
      memory_ = std::make_unique<Memory>(sc_core::sc_gen_unique_name("memory"), memory_of(netlist_), kernel.clock());
    }
    for (std::size_t index = 0; index < netlist_.streams.size(); ++index) {
      const oracle::StreamSpec& spec = netlist_.streams[index];
      channels_.push_back(
          std::make_unique<StreamChannel<Timing>>(std::to_string(index), Depth{spec.depth}, Cycles{spec.latency}));
    }
    for (std::size_t module = 0; module < netlist_.modules.size(); ++module) {
      add(module, kernel);
    }
  }

  void watch_streams() {
    std::vector<StreamTiming*> streams;
    for (const auto& channel : channels_) {
      streams.push_back(&channel->stream());
    }
    for (const SystemcModule<Timing>* module : modules_) {
      models_.push_back(&module->model());
    }
    recorders_ = watch(netlist_, streams, models_);
  }

  std::uint64_t seed() const { return seed_; }
  const oracle::Result& expected() const { return expected_; }
  std::string compare() const { return difference(netlist_, expected_, recorders_, models_); }

 private:
  void add(std::size_t index, Kernel& kernel) {
    const oracle::ModuleSpec& spec = netlist_.modules[index];
    const PortCounts ports{inputs_of(spec).size(), outputs_of(spec).size()};
    const std::string name = "m" + std::to_string(index);
    if (is_dma(spec)) {
      dmas_.push_back(std::make_unique<SystemcDma<Timing>>(
          sc_core::sc_gen_unique_name("dma"), kernel, ports,
          [this, index, name](MemoryPort& port, Ends<Timing> ends) { return parts_.make(index, name, port, ends); }));
      dmas_.back()->socket().bind(memory_->socket);
      modules_.push_back(&dmas_.back()->engine);
    } else {
      routed_.push_back(std::make_unique<SystemcModule<Timing>>(
          sc_core::sc_gen_unique_name("module"), kernel, ports,
          [this, index, name](Ends<Timing> ends) { return parts_.make(index, name, unused_, ends); }));
      modules_.push_back(routed_.back().get());
    }
    for (std::size_t port = 0; port < ports.in; ++port) {
      modules_.back()->in[port].bind(*channels_[inputs_of(spec)[port]]);
    }
    for (std::size_t port = 0; port < ports.out; ++port) {
      modules_.back()->out[port].bind(*channels_[outputs_of(spec)[port]]);
    }
  }

  std::uint64_t seed_;
  oracle::Netlist netlist_;
  oracle::Result expected_;
  NetlistParts parts_;
  MemoryArray unused_;
  std::unique_ptr<Memory> memory_;
  std::vector<std::unique_ptr<StreamChannel<Timing>>> channels_;
  std::vector<std::unique_ptr<SystemcDma<Timing>>> dmas_;
  std::vector<std::unique_ptr<SystemcModule<Timing>>> routed_;
  std::vector<SystemcModule<Timing>*> modules_;
  std::vector<const Module*> models_;
  std::vector<std::unique_ptr<EdgeRecorder>> recorders_;
};

/// The graphs are watched as soon as their models exist: at the end of elaboration, before anything runs.
class Watch final : public sc_core::sc_module {
 public:
  Watch(sc_core::sc_module_name name, std::vector<std::unique_ptr<Graph>>& graphs)
      : sc_core::sc_module(name), graphs_(graphs) {}

 private:
  void start_of_simulation() override {
    for (const auto& graph : graphs_) {
      graph->watch_streams();
    }
  }

  std::vector<std::unique_ptr<Graph>>& graphs_;
};

int compare_graphs(std::uint64_t cases, Pace pace) {
  Kernel kernel(KernelClock(sc_core::sc_time(1, sc_core::SC_NS)), pace);
  std::vector<std::unique_ptr<Graph>> graphs;
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    graphs.push_back(std::make_unique<Graph>(seed, kernel));
  }
  Watch watch("watch", graphs);
  kernel.run();

  std::size_t edges = 0;
  std::size_t deadlocks = 0;
  for (const auto& graph : graphs) {
    const std::string text = graph->compare();
    if (!text.empty()) {
      std::cerr << "seed " << graph->seed() << ": " << text << '\n';
      return 1;
    }
    edges += count_edges(graph->expected());
    deadlocks += graph->expected().outcome == oracle::Outcome::kDeadlock ? 1 : 0;
  }
  std::cout << "seeds 1 to " << cases << ": " << edges << " edges, " << deadlocks << " deadlocks\n";
  return 0;
}

}  // namespace
}  // namespace millrace::comparison

int sc_main(int argc, char* argv[]) {
  const bool synchronise = argc > 2 && std::string(argv[2]) == "--synchronise";
  return millrace::comparison::compare_graphs(std::strtoull(argv[1], nullptr, 10),
                                              synchronise ? millrace::Pace::kTakeTurns : millrace::Pace::kRunAhead);
}
