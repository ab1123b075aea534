// Runs a graph on the worklist.
#pragma once

#include <optional>

#include "modules/hosts/worklist.hpp"
#include "tests/modules/support/graph.hpp"
#include "tests/modules/support/outcome.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {

/// Built afresh for one run.
template <typename Word>
class WorklistGraph {
 public:
  /// A graph without DMA engines needs no memory.
  explicit WorklistGraph(const Graph<Word>& graph, MemoryPort* memory = nullptr) : logs_(graph.streams().size()) {
    for (const PlannedStream& planned : graph.streams()) {
      const std::size_t index = streams_.size();
      streams_.push_back(
          std::make_unique<Stream<Word>>("stream" + std::to_string(index), planned.depth, planned.latency));
      streams_.back()->observe(logs_[index]);
    }
    for (const PlannedModule<Word>& planned : graph.modules()) {
      const std::string name = "module" + std::to_string(modules_.size());
      MemoryPort* const port = planned.needs_memory ? memory : nullptr;
      modules_.push_back(planned.build({name, {ends(planned.in), ends(planned.out)}, port, images_, keep_}));
    }
  }

  /// With a seed, processes stand in a random order in the list, so that ends of streams run ahead of each other in
  /// another way.
  Outcome run(Pace pace, std::optional<std::uint64_t> seed = {}) {
    std::vector<Process*> processes;
    std::vector<const Module*> modules;
    for (const auto& module : modules_) {
      modules.push_back(module.get());
      for (const auto& process : module->processes()) {
        processes.push_back(process.get());
      }
    }
    if (seed) {
      oracle::Random(*seed).shuffle(processes);
    }
    const bool completed = Worklist().run(processes, pace);
    return outcome_of(completed, modules, timings(), logs_, images_);
  }

 private:
  std::vector<Stream<Word>*> ends(const std::vector<std::size_t>& indices) const {
    std::vector<Stream<Word>*> ends;
    for (const std::size_t index : indices) {
      ends.push_back(streams_.at(index).get());
    }
    return ends;
  }

  std::vector<const StreamTiming*> timings() const {
    std::vector<const StreamTiming*> timings;
    for (const auto& stream : streams_) {
      timings.push_back(stream.get());
    }
    return timings;
  }

  Keep keep_;
  ImageLog images_;
  std::vector<EdgeLog> logs_;
  std::vector<std::unique_ptr<Stream<Word>>> streams_;
  std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace millrace
