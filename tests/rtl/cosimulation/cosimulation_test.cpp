// A Verilated DotArray inside the SystemC pipeline, in place of ours: the same edges on every stream.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "modules/engine/dot_array.hpp"
#include "tests/rtl/cosimulation/block.hpp"
#include "tests/rtl/cosimulation/verilated_engine.hpp"

namespace millrace::rtl {
namespace {

const KernelClock kClock(sc_core::sc_time(5, sc_core::SC_NS));
constexpr std::int64_t kImages = 4;

/// What CMakeLists.txt Verilates.
BlockTask make_task() {
  const DotSettings settings{{2, 2, 1, 1, 2}};
  oracle::Random random(41);
  BlockTask task{random_layer({8, 7, 3, 1, 1, 1, 1, 1}, 4, 4, 1, 40, random), {}, {}};
  task.engine = plan_engine(task.layer, settings);
  for (std::int64_t image = 0; image < kImages; ++image) {
    task.inputs.push_back(random_numbers(8 * 7 * 4, random));
  }
  return task;
}

class RtlSystem {
 public:
  RtlSystem(const std::string& name, Kernel& kernel, PinClock& clock, const BlockTask& task)
      : system_(name, kernel, task, [&](StreamChannel<Values>& windows, StreamChannel<Values>& words) {
          const std::int64_t pixels = task.engine.array.accumulations * kImages;
          engine_ = std::make_unique<VerilatedEngine>(
              (name + "_engine").c_str(), clock, pixels * task.engine.array.windows_per_accumulation,
              pixels * task.engine.array.words_per_accumulation, windows, words);
        }) {}

  ResidualSystem& system() { return system_; }

 private:
  std::unique_ptr<VerilatedEngine> engine_;
  ResidualSystem system_;
};

TEST(Cosimulation, VerilatedEngineGivesTheSameEdgesInPlaceOfOurs) {
  const test::TemporaryFolder folder;
  std::filesystem::current_path(folder.path());
  const BlockTask task = make_task();
  write_roms("weights", task.layer, task.engine.folding);

  Kernel kernel(kClock, Pace::kRunAhead);
  TraceWork work(task.layer, task.engine, task.inputs);
  ConvolutionFunction function(task.layer, values_folding(task.engine.folding));
  std::unique_ptr<SystemcModule<Values>> dot_array;
  ResidualSystem ours("ours", kernel, task, [&](StreamChannel<Values>& windows, StreamChannel<Values>& words) {
    dot_array = std::make_unique<SystemcModule<Values>>("dot_array", kernel, PortCounts{1, 1}, [&](Ends<Values> ends) {
      return std::make_unique<DotArray<Values>>("dot_array", task.engine.array, task.images(), work, &function,
                                                std::move(ends));
    });
    dot_array->in[0](windows);
    dot_array->out[0](words);
  });
  PinClock clock("clock", kernel);
  RtlSystem rtl("rtl", kernel, clock, task);
  // Every process on the kernel's clock: the slow mode of the same simulation.
  Kernel in_turns(kClock, Pace::kTakeTurns);
  RtlSystem rtl_in_turns("rtl_in_turns", in_turns, clock, task);

  ASSERT_TRUE(kernel.run());
  EXPECT_EQ(ours.outputs(), task.expected());
  for (RtlSystem* other : {&rtl, &rtl_in_turns}) {
    EXPECT_EQ(other->system().outputs(), task.expected());
    const std::vector<StreamEdges> expected = ours.edges();
    const std::vector<StreamEdges> edges = other->system().edges();
    ASSERT_EQ(edges.size(), expected.size());
    std::size_t compared = 0;
    for (std::size_t stream = 0; stream < edges.size(); ++stream) {
      EXPECT_EQ(edges[stream].pushes, expected[stream].pushes) << "pushes of stream " << stream;
      EXPECT_EQ(edges[stream].pops, expected[stream].pops) << "pops of stream " << stream;
      compared += edges[stream].pushes.size() + edges[stream].pops.size();
    }
    std::printf("rtl: co-simulation: %zu edges compared\n", compared);
  }
  EXPECT_EQ(sc_core::sc_time_stamp(), kClock.time_of(kernel.end()));
}

}  // namespace
}  // namespace millrace::rtl
