// How many words could a stream carry as one run (first edge, step, count) instead of one by one? Simulates
// accelerators and prints the mean length of such runs, of pushes and of pops, apart for shallow and for deep streams;
// and how many words are known at once, which is how many a process can move without asking anybody.
//
//   run_lengths ACCELERATOR.yaml [TRACE]
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "sim/cli/inputs.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"
#include "sim/work/work_stage.hpp"

namespace millrace::bench {
namespace {

using namespace sim;

/// Cuts edges into arithmetic progressions, each as long as it gets.
class Runs {
 public:
  void add(Cycle edge) {
    const Cycles step = edge - last_;
    if (words_ == 0 || (length_ > 1 && step != step_)) {
      ++runs_;
      length_ = 0;
    }
    step_ = step;
    last_ = edge;
    ++length_;
    ++words_;
  }
  std::int64_t words() const { return words_; }
  std::int64_t runs() const { return runs_; }

 private:
  std::int64_t words_ = 0;
  std::int64_t runs_ = 0;
  std::int64_t length_ = 0;
  Cycle last_;
  Cycles step_;
};

/// Cuts pushes and pops into what one end does before the other end does something.
class Turns {
 public:
  void add(bool is_push) {
    turns_ += is_push != was_push_ || turns_ == 0 ? 1 : 0;
    was_push_ = is_push;
  }
  std::int64_t turns() const { return turns_; }

 private:
  std::int64_t turns_ = 0;
  bool was_push_ = false;
};

struct Watch final : StreamObserver {
  void pushed(const StreamTiming&, Cycle edge) override {
    pushes.add(edge);
    turns.add(true);
  }
  void popped(const StreamTiming&, Cycle edge) override {
    pops.add(edge);
    turns.add(false);
  }
  Runs pushes;
  Runs pops;
  Turns turns;
};

class Deaf final : public ImageObserver {
 public:
  void entered(std::int64_t, Cycle) override {}
  void left(std::int64_t, Cycle) override {}
};

void print(const char* name, const std::vector<const Watch*>& watches) {
  double words = 0;
  double pushes = 0;
  double pops = 0;
  double turns = 0;
  for (const Watch* watch : watches) {
    words += static_cast<double>(watch->pushes.words());
    pushes += static_cast<double>(watch->pushes.runs());
    pops += static_cast<double>(watch->pops.runs());
    turns += static_cast<double>(watch->turns.turns());
  }
  if (words > 0) {
    fmt::print(
        "{:<14} {:>4} streams {:>10.0f} words: {:>7.2f} words a run of pushes, {:>7.2f} of pops; {:>6.2f} a turn\n",
        name, watches.size(), words, words / pushes, words / pops, 2 * words / turns);
  }
}

int run(const std::string& accelerator, const std::optional<std::string>& trace) {
  const Inputs inputs = read_inputs(accelerator, trace);
  const Images images{2};
  WorkStage work(inputs.plan, inputs.trace, images, {});
  Deaf observer;
  WorklistPipeline pipeline(
      inputs.plan, {images, [&](const DotEngine& engine) -> WorkSource& { return work.of(engine); }, &observer});
  std::vector<Watch> watches(inputs.plan.streams.size());
  for (std::size_t index = 0; index < watches.size(); ++index) {
    pipeline.stream(StreamId{index}).observe(watches[index]);
  }
  if (!pipeline.run(Pace::kRunAhead)) {
    fmt::print(stderr, "run_lengths: {} deadlocks\n", accelerator);
    return 1;
  }
  constexpr std::int64_t kDeep = 16;
  std::array<std::vector<const Watch*>, 2> by_depth;
  for (std::size_t index = 0; index < watches.size(); ++index) {
    by_depth[inputs.plan.streams[index].depth.words >= kDeep ? 1 : 0].push_back(&watches[index]);
  }
  print("depth below 16", by_depth[0]);
  print("depth 16 on", by_depth[1]);
  return 0;
}

}  // namespace
}  // namespace millrace::bench

int sc_main(int argc, char* argv[]) {
  try {
    if (argc < 2) {
      fmt::print(stderr, "usage: run_lengths ACCELERATOR.yaml [TRACE]\n");
      return 2;
    }
    return millrace::bench::run(argv[1], argc > 2 ? std::optional<std::string>(argv[2]) : std::nullopt);
  } catch (const std::exception& error) {
    fmt::print(stderr, "run_lengths: error: {}\n", error.what());
    return 2;
  }
}

int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
