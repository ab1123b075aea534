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

  bool run() { return pipeline_.run(Pace::kRunAhead); }
  /// True if every process finished. `order`: modules in falling priority.
  bool run_by_priority(const std::vector<ModuleId>& order) { return pipeline_.run_by_priority(order); }
  /// As the run left them.
  std::vector<Process*> processes() const { return pipeline_.processes(); }
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
