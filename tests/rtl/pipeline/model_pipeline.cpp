#include "tests/rtl/pipeline/model_pipeline.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/pipeline/simulation.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"

namespace millrace::rtl {

ModelPipelineRun run_model_pipeline(const sim::Plan& plan, const traces::Trace& trace, std::int64_t images) {
  sim::WorkStage work(plan, trace, Images{images}, {});
  sim::ImageLog log;
  const sim::Surroundings surroundings{
      Images{images}, [&](const sim::DotEngine& engine) -> WorkSource& { return work.of(engine); }, &log};
  sim::WorklistPipeline pipeline(plan, surroundings);
  std::vector<EdgeLog> logs(plan.streams.size());
  for (std::size_t stream = 0; stream < logs.size(); ++stream) {
    pipeline.stream(sim::StreamId{stream}).observe(logs[stream]);
  }
  if (!pipeline.run(Pace::kRunAhead)) {
    throw std::runtime_error("the pipeline deadlocks");
  }
  ModelPipelineRun run;
  for (const EdgeLog& edges : logs) {
    run.edges.push_back(edges.edges());
    run.last_edge = std::max({run.last_edge, edges.edges().pushes.back(), edges.edges().pops.back()});
  }
  return run;
}

}  // namespace millrace::rtl
