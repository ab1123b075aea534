// Every edge at which the streams of a plan are pushed into and popped from, on the worklist host.
#pragma once

#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"
#include "tests/sim/random_work.hpp"

namespace millrace::test {

struct StreamEdges final : StreamObserver {
  void pushed(const StreamTiming&, Cycle edge) override { pushes.push_back(edge); }
  void popped(const StreamTiming&, Cycle edge) override { pops.push_back(edge); }
  std::vector<Cycle> pushes;
  std::vector<Cycle> pops;
};

struct LoggedRun {
  bool finished = false;
  std::vector<StreamEdges> streams;  ///< in the order of the plan
};

/// Runs the plan with random work, the same in every run of the same network.
inline LoggedRun run_logged(const sim::Plan& plan, Images images) {
  RandomWorks works;
  sim::ImageLog images_log;
  sim::WorklistPipeline pipeline(
      plan, {images, [&](const sim::DotEngine& engine) -> WorkSource& { return works.of(engine); }, &images_log});
  LoggedRun run;
  run.streams.resize(plan.streams.size());
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    pipeline.stream(sim::StreamId{index}).observe(run.streams[index]);
  }
  run.finished = pipeline.run(Pace::kRunAhead);
  return run;
}

}  // namespace millrace::test
