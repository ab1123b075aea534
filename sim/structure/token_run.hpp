// A run in which only the order of words counts: one unit an engine, every window one cycle, any memory. It ends as the
// real one would, finished or stuck, in a fraction of its time.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/pipeline/worklist_pipeline.hpp"
#include "sim/plan/plan.hpp"
#include "sim/work/uniform_work.hpp"

namespace millrace::sim {

class TokenRun {
 public:
  TokenRun(const Plan& plan, Images images);

  /// True if every process finished, here and below.
  bool run() { return pipeline_.run(Pace::kRunAhead); }
  /// With modules that act only when nobody else can move, until they are through with an image (see HoldingWorklist).
  void run_holding_back(const std::vector<ModuleId>& modules) { pipeline_.run_holding_back(modules); }

  /// Has a stream hold less than the plan says; before run(), or to give it more before go_on().
  void limit(StreamId id, Depth depth) {
    StreamTiming& stream = pipeline_.stream(id);
    stream.limit(depth.words + stream.latency().count() - 1);
  }
  /// As the run left them.
  std::vector<Process*> processes() const { return pipeline_.processes(); }
  bool go_on() { return pipeline_.go_on(); }
  /// The streams that somebody in a loop of processes waits for room in, after a run that got stuck.
  std::vector<StreamId> full_streams_of_loop();

  /// Most words that the stream ever held, in the order in which things were run.
  std::int64_t most_held(StreamId id) const { return counters_.at(id.index).most; }

 private:
  /// Counts words in the order of the host, not of simulated time.
  struct Counter final : StreamObserver {
    void pushed(const StreamTiming& stream, Cycle) override { most = std::max(most, stream.occupancy()); }
    void popped(const StreamTiming&, Cycle) override {}
    std::int64_t most = 0;
  };
  struct Deaf final : ImageObserver {
    void entered(std::int64_t, Cycle) override {}
    void left(std::int64_t, Cycle) override {}
  };

  static Plan one_unit_each(Plan plan);
  Surroundings surroundings(Images images);

  UniformWork work_{1, 1};
  Deaf observer_;
  WorklistPipeline pipeline_;
  std::vector<Counter> counters_;
};

}  // namespace millrace::sim
