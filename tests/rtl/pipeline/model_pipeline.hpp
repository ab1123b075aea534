// The product's own pipeline of a plan and a trace, with every edge of every stream.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan.hpp"
#include "tests/modules/support/edge_log.hpp"
#include "traces/trace.hpp"

namespace millrace::rtl {

struct ModelPipelineRun {
  std::vector<StreamEdges> edges;  ///< in the order of the plan's streams
  std::int64_t last_edge = 0;
};

/// On the worklist, from image 0 on. Throws std::runtime_error if the pipeline deadlocks.
ModelPipelineRun run_model_pipeline(const sim::Plan& plan, const traces::Trace& trace, std::int64_t images);

}  // namespace millrace::rtl
