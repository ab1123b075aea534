// A plan and a trace, simulated on the SystemC kernel.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/accounts/partial_run.hpp"
#include "sim/pipeline/systemc_pipeline.hpp"
#include "sim/plan/plan.hpp"
#include "sim/structure/deadlock.hpp"
#include "sim/work/stoppable_work.hpp"
#include "sim/work/work_stage.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Elaborated when made; run once. The log is told of images as they come and go, and must outlive it.
class Simulation {
 public:
  Simulation(const Plan& plan, const traces::Trace& trace, Images images, Pace pace, const WorkOptions& work,
             ImageLog& log);

  /// Asks `shall_stop` on its way, and ends with what is finished as soon as that is true.
  std::variant<Outcome, Deadlock, PartialRun> run(ShallStop shall_stop = [] { return false; });

 private:
  const Plan& plan_;
  const traces::Trace& trace_;
  Images images_;
  WorkStage work_;
  ShallStop shall_stop_;
  std::vector<std::unique_ptr<StoppableWork>> stoppable_;
  ImageLog& log_;
  SystemcPipeline pipeline_;
};

}  // namespace millrace::sim
