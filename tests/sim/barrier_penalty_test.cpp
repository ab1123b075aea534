// What independent units with one filter each lose by sharing a stream of windows, against figures of others.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "modules/engine/dot_array.hpp"
#include "modules/hosts/worklist.hpp"
#include "sim/analytical/dot_cycles.hpp"
#include "sim/analytical/zero_histogram.hpp"
#include "tests/analytical/penalty_rows.hpp"
#include "tests/modules/support/test_ends.hpp"
#include "tests/modules/support/vector_work.hpp"
#include "tests/sim/source_folder.hpp"

namespace millrace::sim {
namespace {

using test::PenaltyRow;

constexpr double kWithin = 0.01;
constexpr std::int64_t kWindows = 20'000;

std::vector<PenaltyRow> rows(const std::string& method) {
  return test::penalty_rows(test::source_folder() / "tests/data/barrier_penalty.csv", method);
}

/// Cycles of units that see groups of independent zeros, drawn from their exact distribution.
std::vector<UnitWork> independent_work(const PenaltyRow& row, std::int64_t windows) {
  const analytical::ZeroHistogram histogram = analytical::ZeroHistogram::binomial(row.pairs, row.zero);
  std::vector<double> up_to(static_cast<std::size_t>(row.pairs) + 1, 0.0);
  for (std::int64_t zeros = 0; zeros <= row.pairs; ++zeros) {
    const std::int64_t cycles = analytical::dot_cycles(row.pairs - zeros, {row.macs});
    for (auto longer = static_cast<std::size_t>(cycles); longer < up_to.size(); ++longer) {
      up_to[longer] += histogram.probability(zeros);
    }
  }
  std::mt19937_64 random(static_cast<std::uint64_t>(row.units));
  std::vector<UnitWork> work(static_cast<std::size_t>(windows * row.units));
  for (UnitWork& cycles : work) {
    const double drawn = static_cast<double>(random() >> 11U) * 0x1p-53;
    cycles = 1;
    while (cycles + 1 < up_to.size() && drawn >= up_to[cycles]) {
      ++cycles;
    }
  }
  return work;
}

/// Cycles of all windows, over what one unit works on average.
double slowdown(const PenaltyRow& row, std::int64_t windows, std::int64_t queue, bool lock_step) {
  VectorWork work(independent_work(row, windows), static_cast<std::size_t>(row.units));
  Stream<Timing> in("in", Depth{queue}, Cycles{1});
  Stream<Timing> out("out", Depth{1}, Cycles{1});
  TestSource<Timing> source("source", ServiceTimes(static_cast<std::size_t>(windows), 1), {}, {{}, {&in}});
  DotArray<Timing> array("array", {row.units, 1, windows, 1, 1, lock_step}, Images{1}, work, nullptr, {{&in}, {&out}});
  TestSink<Timing> sink("sink", {1}, nullptr, {{&out}, {}});
  std::vector<Process*> processes;
  for (const Module* module :
       {static_cast<const Module*>(&source), static_cast<const Module*>(&array), static_cast<const Module*>(&sink)}) {
    for (const auto& process : module->processes()) {
      processes.push_back(process.get());
    }
  }
  EXPECT_TRUE(Worklist().run(processes, Pace::kRunAhead));
  const auto total = static_cast<double>(sink.processes().front()->now().edge());
  return total / (static_cast<double>(windows) * row.mean);
}

std::string name_of(const PenaltyRow& row) {
  return "zeros " + std::to_string(row.zero) + ", " + std::to_string(row.macs) + " MACs, " + std::to_string(row.units) +
         " units, " + std::to_string(row.waiting) + " waiting";
}

TEST(BarrierPenalty, InLockStepIsTheClosedForm) {
  ASSERT_EQ(rows("exact").size(), 80U);
  for (const PenaltyRow& row : rows("exact")) {
    EXPECT_NEAR(slowdown(row, kWindows, 2, true) / row.slowdown, 1.0, kWithin) << name_of(row);
  }
}

TEST(BarrierPenalty, WithAQueueIsThatOfARecurrence) {
  ASSERT_EQ(rows("simulated").size(), 16U);
  for (const PenaltyRow& row : rows("simulated")) {
    EXPECT_NEAR(slowdown(row, kWindows, row.waiting + 1, row.waiting == 0) / row.slowdown, 1.0, kWithin)
        << name_of(row);
  }
}

}  // namespace
}  // namespace millrace::sim
