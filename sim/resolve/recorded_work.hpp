// The work of all engines of a plan, counted once and kept: the same trace can then be run again and again at the cost
// of its events.
//
// Work depends on the trace, the folding and the dot units; not on depths, queues, pixel buffers, lock step, memory or
// clock. So it holds for every plan that differs from the one that was counted in those alone.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/work/narrow_work.hpp"
#include "sim/work/work_stage.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class RecordedWork {
 public:
  /// Counts the first `images` images, on as many threads as `options` says; the result does not depend on them. Throws
  /// TraceError if the trace has no masks.
  RecordedWork(const Plan& plan, const traces::Trace& trace, Images images, const WorkOptions& options);

  Images images() const { return images_; }
  /// Of all images of the trace.
  const std::vector<traces::ImageInfo>& image_infos() const { return image_infos_; }
  /// The engine's work from the first image on. Many may read at once; this must outlive them.
  std::unique_ptr<WorkSource> read(const DotEngine& engine) const;
  const WorkTotals& totals(const DotEngine& engine) const { return engines_.at(engine.layer.index).totals; }
  std::size_t bytes() const;

 private:
  struct Engine {
    NarrowWork work;
    WorkTotals totals;
  };

  Images images_;
  std::vector<traces::ImageInfo> image_infos_;
  std::map<std::size_t, Engine> engines_;  ///< by layer
};

}  // namespace millrace::sim
