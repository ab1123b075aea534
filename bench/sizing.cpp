// What a depth vector costs once the work is recorded, and what a whole sizing takes.
//   build/bench/sizing --benchmark_filter=resnet20
// `ns_per_word` is over all words of all streams.
#include "sim/sizing/sizing.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <systemc>

#include "sim/cli/inputs.hpp"
#include "sim/resolve/rerun.hpp"

namespace {

using namespace millrace;
using namespace millrace::sim;

struct Subject {
  std::string name;
  std::string file;  ///< below workloads/
  std::int64_t images;
};

class Silent final : public SizingObserver {
 public:
  void at(const std::string&, double, std::int64_t, const std::optional<FifoMemory>&) override {}
};

/// An accelerator with its work, for as many benchmarks as want it.
struct Recorded {
  explicit Recorded(const Subject& subject)
      : inputs(read_inputs(MILLRACE_SOURCE_FOLDER "/workloads/" + subject.file, std::nullopt)),
        work(inputs.plan, inputs.trace, Images{subject.images}, {best_simd_level(), 2}) {}
  Inputs inputs;
  RecordedWork work;
};

const Recorded& recorded(const Subject& subject) {
  static std::map<std::string, std::unique_ptr<Recorded>> all;
  std::unique_ptr<Recorded>& found = all[subject.name];
  if (!found) {
    found = std::make_unique<Recorded>(subject);
  }
  return *found;
}

/// Every stream this deep, but those into joins as deep as they are: all of them shallow may be a deadlock.
void resolve(benchmark::State& state, const Subject& subject, std::int64_t depth) {
  const Recorded& design = recorded(subject);
  Plan plan = design.inputs.plan;
  for (PlannedStream& stream : plan.streams) {
    stream.depth = Depth{stream.minimum_depth ? std::max(depth, stream.depth.words) : depth};
  }
  std::int64_t words = 0;
  for (auto _ : state) {
    words += std::get<Outcome>(Rerun(plan, design.work).run()).words();
  }
  state.counters["ns_per_word"] =
      benchmark::Counter(static_cast<double>(words) / 1e9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void size(benchmark::State& state, const Subject& subject) {
  const Recorded& design = recorded(subject);
  SizingRequest request;
  request.threads = 2;
  Silent observer;
  const std::atomic<bool> stop = false;
  std::int64_t runs = 0;
  for (auto _ : state) {
    runs = size_fifos(design.inputs.plan, design.inputs.trace, design.work, request, observer, stop)->runs;
  }
  state.counters["vectors"] = static_cast<double>(runs);
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  for (const Subject& subject :
       {Subject{"resnet20", "resnet20-cifar10/balanced.yaml", 8},
        Subject{"resnet8", "resnet8-cifar10/balanced.yaml", 8}, Subject{"squeezenet", "squeezenet1.1/balanced.yaml", 4},
        Subject{"mobilenetv2", "mobilenetv2-1.0-224/balanced.yaml", 2}}) {
    for (const std::int64_t depth : {2, 16}) {
      benchmark::RegisterBenchmark((subject.name + "/resolve_depth_" + std::to_string(depth)).c_str(), resolve, subject,
                                   depth)
          ->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark((subject.name + "/size_fifos").c_str(), size, subject)
        ->Unit(benchmark::kSecond)
        ->Iterations(1)
        ->UseRealTime();
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
