// A plan run on recorded work, on the worklist: the same bodies as the simulation and the same edges, without a kernel
// and without counting. Any number of them, one after the other or at once, in one program run.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"
#include "sim/plan/plan.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/structure/deadlock.hpp"

namespace millrace::sim {

/// Elaborated when made; run once. Plan and work must outlive it.
class Rerun {
 public:
  /// The plan may differ from the one that the work was counted for in what work does not depend on.
  Rerun(const Plan& plan, const RecordedWork& work) : Rerun(plan, work, own_log_) {}
  /// Tells `log` of images; what that throws ends the run and comes out of it.
  Rerun(const Plan& plan, const RecordedWork& work, ImageLog& log);

  /// Before run(): to watch a stream.
  StreamTiming& stream(StreamId id) { return pipeline_.stream(id); }

  std::variant<Outcome, Deadlock> run();
  /// For the images alone, which the log has then: much less to put together. False for a deadlock.
  bool run_images() { return pipeline_.run(Pace::kRunAhead); }

 private:
  const Plan& plan_;
  const RecordedWork& work_;
  std::vector<std::unique_ptr<WorkSource>> readers_;
  ImageLog own_log_;
  ImageLog& log_;
  WorklistPipeline pipeline_;
};

}  // namespace millrace::sim
