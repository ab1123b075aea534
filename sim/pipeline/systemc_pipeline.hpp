// A plan as SystemC modules, channels, sockets and a memory. One a program run.
#pragma once

#include <memory>
#include <vector>

#include "modules/systemc/kernel.hpp"
#include "modules/systemc/memory.hpp"
#include "modules/systemc/stream_channel.hpp"
#include "modules/systemc/systemc_module.hpp"
#include "sim/pipeline/model_factory.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Elaborated; run it once.
class SystemcPipeline {
 public:
  SystemcPipeline(const Plan& plan, const Surroundings& surroundings, Pace pace);

  /// True if every process finished, false if nothing can move any more.
  bool run() { return kernel_.run(); }

  /// After run(): models and streams in the order of the plan.
  std::vector<const Module*> modules() const;
  std::vector<const StreamTiming*> streams() const;
  std::vector<Process*> processes() const { return kernel_.processes(); }
  Cycle end() const { return kernel_.end(); }
  /// Before run(): to watch a stream.
  StreamTiming& stream(StreamId id) { return channels_.at(id.index)->stream(); }

 private:
  void add_dma(const PlannedModule& module, const Surroundings& surroundings);
  void add_module(const PlannedModule& module, const Surroundings& surroundings);
  void bind(const PlannedModule& planned, SystemcModule<Timing>& module);

  Kernel kernel_;
  Memory memory_;
  std::vector<std::unique_ptr<StreamChannel<Timing>>> channels_;
  std::vector<std::unique_ptr<SystemcModule<Timing>>> routed_;
  std::vector<std::unique_ptr<SystemcDma<Timing>>> dmas_;
  std::vector<SystemcModule<Timing>*> modules_;  ///< in the order of the plan
};

}  // namespace millrace::sim
