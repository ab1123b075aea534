// Puts a graph on the SystemC kernel. One simulation a program run, but several graphs may run in it.
#pragma once

#include "modules/systemc/kernel.hpp"
#include "modules/systemc/memory.hpp"
#include "modules/systemc/stream_channel.hpp"
#include "modules/systemc/systemc_module.hpp"
#include "tests/modules/support/graph.hpp"
#include "tests/modules/support/outcome.hpp"

namespace millrace {

template <typename Word>
class KernelGraph {
 public:
  KernelGraph(const Graph<Word>& graph, KernelClock clock, Pace pace)
      : kernel_(clock, pace), logs_(graph.streams().size()) {
    for (const PlannedStream& planned : graph.streams()) {
      const std::size_t index = channels_.size();
      channels_.push_back(
          std::make_unique<StreamChannel<Word>>("stream" + std::to_string(index), planned.depth, planned.latency));
      channels_.back()->stream().observe(logs_[index]);
    }
    for (const PlannedModule<Word>& planned : graph.modules()) {
      modules_.push_back(planned.needs_memory ? &add_dma(planned) : &add_module(planned));
      bind(planned, *modules_.back());
    }
  }

  /// Binds the sockets of all DMA engines. Any TLM-2.0 target will do.
  template <typename TargetSocket>
  void bind_memory(TargetSocket& target) {
    for (const auto& dma : dmas_) {
      dma->socket().bind(target);
    }
  }
  std::vector<std::unique_ptr<SystemcDma<Word>>>& dmas() { return dmas_; }

  Outcome run() {
    const bool completed = kernel_.run();
    std::vector<const Module*> modules;
    for (const SystemcModule<Word>* module : modules_) {
      modules.push_back(&module->model());
    }
    std::vector<const StreamTiming*> streams;
    for (const auto& channel : channels_) {
      streams.push_back(&channel->stream());
    }
    return outcome_of(completed, modules, streams, logs_, images_);
  }

 private:
  SystemcModule<Word>& add_dma(const PlannedModule<Word>& planned) {
    dmas_.push_back(std::make_unique<SystemcDma<Word>>(
        sc_core::sc_gen_unique_name("dma"), kernel_, PortCounts{planned.in.size(), planned.out.size()},
        [this, build = planned.build, name = next_name()](MemoryPort& memory, Ends<Word> ends) {
          return build({name, std::move(ends), &memory, images_, keep_});
        }));
    return dmas_.back()->engine;
  }

  SystemcModule<Word>& add_module(const PlannedModule<Word>& planned) {
    routed_.push_back(std::make_unique<SystemcModule<Word>>(
        sc_core::sc_gen_unique_name("module"), kernel_, PortCounts{planned.in.size(), planned.out.size()},
        [this, build = planned.build, name = next_name()](Ends<Word> ends) {
          return build({name, std::move(ends), nullptr, images_, keep_});
        }));
    return *routed_.back();
  }

  std::string next_name() const { return "module" + std::to_string(modules_.size()); }

  void bind(const PlannedModule<Word>& planned, SystemcModule<Word>& module) {
    for (std::size_t port = 0; port < planned.in.size(); ++port) {
      module.in[port].bind(*channels_[planned.in[port]]);
    }
    for (std::size_t port = 0; port < planned.out.size(); ++port) {
      module.out[port].bind(*channels_[planned.out[port]]);
    }
  }

  Kernel kernel_;
  Keep keep_;
  ImageLog images_;
  std::vector<EdgeLog> logs_;
  std::vector<std::unique_ptr<StreamChannel<Word>>> channels_;
  std::vector<std::unique_ptr<SystemcModule<Word>>> routed_;
  std::vector<std::unique_ptr<SystemcDma<Word>>> dmas_;
  std::vector<SystemcModule<Word>*> modules_;  ///< in the order of the graph
};

}  // namespace millrace
