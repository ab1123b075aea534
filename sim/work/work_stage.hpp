// The work of all engines of a plan, counted ahead of the engines by as many threads as are wanted.
#pragma once

#include <map>
#include <memory>

#include "sim/plan/plan.hpp"
#include "sim/work/band_queue.hpp"
#include "sim/work/mask_work.hpp"
#include "sim/work/worker_pool.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// How work is counted; nothing of it changes a result.
struct WorkOptions {
  SimdLevel simd = best_simd_level();
  std::size_t threads = 1;  ///< that of the engines included: with 1 there is no other
};

/// Throws TraceError if the trace is a network alone, which has no work to count.
void require_masks(const traces::Trace& trace);

/// Work sources of all engines of a plan, by layer.
class WorkStage {
 public:
  /// Begins to count. Nothing may fork while this lives, if there is more than one thread. Throws TraceError if the
  /// trace has no masks.
  WorkStage(const Plan& plan, const traces::Trace& trace, Images images, const WorkOptions& options);
  ~WorkStage() { pool_.stop(); }
  WorkStage(const WorkStage&) = delete;
  WorkStage& operator=(const WorkStage&) = delete;

  WorkSource& of(const DotEngine& engine) { return *queues_.at(engine.layer.index); }
  /// After the last window.
  const WorkTotals& totals(const DotEngine& engine) const { return queues_.at(engine.layer.index)->totals(); }
  /// What the engines' thread spent on counting and on waiting for it.
  std::chrono::nanoseconds time_in_engines() const;

 private:
  WorkerPool pool_;
  std::map<std::size_t, std::unique_ptr<BandQueue>> queues_;
};

}  // namespace millrace::sim
