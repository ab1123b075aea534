// A plan and a trace, simulated on the SystemC kernel.
#pragma once

#include <variant>

#include "sim/accounts/outcome.hpp"
#include "sim/pipeline/systemc_pipeline.hpp"
#include "sim/plan/plan.hpp"
#include "sim/structure/deadlock.hpp"
#include "sim/work/work_stage.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Elaborated when made; run once. The log is told of images as they come and go, and must outlive it.
class Simulation {
 public:
  Simulation(const Plan& plan, const traces::Trace& trace, Images images, Pace pace, const WorkOptions& work,
             ImageLog& log);

  std::variant<Outcome, Deadlock> run();

 private:
  const Plan& plan_;
  const traces::Trace& trace_;
  WorkStage work_;
  ImageLog& log_;
  SystemcPipeline pipeline_;
};

}  // namespace millrace::sim
