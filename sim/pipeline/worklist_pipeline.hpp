// A plan as processes on a worklist: no SystemC, many in one program run.
#pragma once

#include <memory>
#include <vector>

#include "modules/hosts/worklist.hpp"
#include "modules/memory/memory_array.hpp"
#include "sim/pipeline/model_factory.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Elaborated; run it once.
class WorklistPipeline {
 public:
  WorklistPipeline(const Plan& plan, const Surroundings& surroundings);

  /// True if every process finished; false if nothing can move any more.
  bool run(Pace pace);
  /// After run(), if something has been given room since.
  bool go_on() { return worklist_.go_on(); }
  /// Runs with some modules held back; those before others in the plan go first (see HoldingWorklist).
  void run_holding_back(const std::vector<ModuleId>& modules);

  Stream<Timing>& stream(StreamId id) { return *streams_.at(id.index); }
  /// Models and streams in the order of the plan.
  std::vector<const Module*> modules() const;
  std::vector<const StreamTiming*> streams() const;
  /// All processes in the order of the plan's modules.
  std::vector<Process*> processes() const;
  Cycle end() const;

 private:
  MemoryArray memory_;
  Worklist worklist_;
  std::vector<std::unique_ptr<Stream<Timing>>> streams_;
  std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace millrace::sim
