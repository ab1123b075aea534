// A plan and a trace, simulated on the SystemC kernel.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/pipeline/systemc_pipeline.hpp"
#include "sim/plan/plan.hpp"
#include "sim/structure/deadlock.hpp"
#include "sim/work/mask_work.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Work sources of all engines of a plan, by layer.
class WorkStage {
 public:
  /// Throws TraceError if the trace has no masks.
  WorkStage(const Plan& plan, const traces::Trace& trace);

  WorkSource& of(const DotEngine& engine) { return *sources_.at(engine.layer.index); }
  const WorkTotals& totals(const DotEngine& engine) const { return sources_.at(engine.layer.index)->totals(); }

 private:
  std::map<std::size_t, std::unique_ptr<MaskWork>> sources_;
};

/// Elaborated when made; run once. The log is told of images as they come and go, and must outlive it.
class Simulation {
 public:
  Simulation(const Plan& plan, const traces::Trace& trace, Images images, Pace pace, ImageLog& log);

  std::variant<Outcome, Deadlock> run();

 private:
  const Plan& plan_;
  const traces::Trace& trace_;
  WorkStage work_;
  ImageLog& log_;
  SystemcPipeline pipeline_;
};

}  // namespace millrace::sim
