// Work that is kept: the same numbers in every reading, for every number of threads and every width.
#include "sim/resolve/recorded_work.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "sim/resolve/rerun.hpp"
#include "tests/modules/support/work_bands.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/expected_work.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/source_folder.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr Images kImages{3};

std::vector<UnitWork> read_all(WorkSource& source, std::size_t numbers) {
  std::vector<UnitWork> all;
  while (all.size() < numbers) {
    const std::vector<UnitWork> band = numbers_of(source.next_band());
    all.insert(all.end(), band.begin(), band.end());
  }
  return all;
}

TEST(NarrowWork, KeepsEveryNumberUpToTheLongest) {
  for (const UnitWork longest : {1U, 255U, 256U, 65535U, 65536U, 4294967295U}) {
    NarrowWork work(longest);
    const std::vector<UnitWork> numbers = {longest, 1, 0, longest - 1, longest, 1};
    work.append(std::span(numbers).first(2));
    work.append(std::span(numbers).subspan(2));
    EXPECT_EQ(read_all(*work.read(2), numbers.size()), numbers) << longest;
  }
  EXPECT_EQ(NarrowWork(255).bytes(), 0U);
}

TEST(NarrowWork, TakesNoMoreBytesThanTheLongestNeeds) {
  const std::vector<UnitWork> numbers = {1, 2, 3};
  for (const auto& [longest, bytes] : {std::pair{255U, 3U}, {256U, 6U}, {65536U, 12U}}) {
    NarrowWork work(longest);
    work.append(numbers);
    EXPECT_EQ(work.bytes(), bytes);
  }
}

TEST(NarrowWork, HandsOverWholeWindowsAndRefusesToGoBeyondTheLast) {
  NarrowWork work(1);
  const std::vector<UnitWork> numbers(9000, 1);
  work.append(numbers);
  const auto source = work.read(3000);
  for (int window = 0; window < 3; ++window) {
    EXPECT_EQ(size_of(source->next_band()), 3000U);
  }
  EXPECT_THROW(source->next_band(), std::logic_error);
}

class RecordedWorkTest : public testing::Test {
 protected:
  RecordedWorkTest() { RandomTrace(residual_network(), kImages.count, 5).write(folder_ / "t.safetensors"); }
  traces::Trace trace() const { return traces::Trace::open(folder_ / "t.safetensors"); }

  TemporaryFolder folder_;
  Plan plan_ = plan_of("defaults: {}", residual_network());
};

TEST_F(RecordedWorkTest, GivesEveryEngineWhatItsMasksGive) {
  const traces::Trace trace = this->trace();
  for (const std::size_t threads : {1, 2, 8}) {
    const RecordedWork work(plan_, trace, kImages, {best_simd_level(), threads});
    std::size_t numbers = 0;
    for (const PlannedModule& module : plan_.modules) {
      if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
        const auto alone = MaskWork::make(*engine, trace, kImages, best_simd_level());
        const std::vector<UnitWork> expected = all_bands(*alone);
        for (int reading = 0; reading < 2; ++reading) {
          EXPECT_TRUE(read_all(*work.read(*engine), expected.size()) == expected) << module.name;
        }
        EXPECT_EQ(work.totals(*engine).macs_done, alone->totals().macs_done);
        EXPECT_EQ(work.totals(*engine).dense_macs, alone->totals().dense_macs);
        numbers += expected.size();
      }
    }
    EXPECT_GE(work.bytes(), numbers);
  }
}

TEST_F(RecordedWorkTest, RefusesATraceWithoutMasks) {
  const traces::Trace network = traces::Trace::open(source_folder() / "workloads" / "mnist" / "network.safetensors");
  EXPECT_THROW(RecordedWork(plan_, network, Images{1}, {}), traces::TraceError);
}

TEST_F(RecordedWorkTest, TellsADeadlockAndGoesOnWithOtherDepths) {
  const traces::Trace trace = this->trace();
  const RecordedWork work(plan_, trace, kImages, {});
  Plan short_of_room = plan_;
  for (const StreamId join : join_streams(plan_)) {
    short_of_room.streams[join.index].depth = Depth{1};
  }
  EXPECT_TRUE(std::holds_alternative<Deadlock>(Rerun(short_of_room, work).run()));
  const std::variant<Outcome, Deadlock> result = Rerun(plan_, work).run();
  const auto& outcome = std::get<Outcome>(result);
  ASSERT_EQ(outcome.images.size(), static_cast<std::size_t>(kImages.count));
  EXPECT_EQ(outcome.images.back().name, trace.images()[2].name);
  EXPECT_GT(outcome.macs_done(), 0);
}

}  // namespace
}  // namespace millrace::sim
