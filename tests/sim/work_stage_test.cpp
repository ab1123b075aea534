// Counting ahead: whatever the number of threads, engines get the same bands.
#include "sim/work/work_stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <stdexcept>

#include "tests/modules/support/work_bands.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/expected_work.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr Images kImages{40};

class WorkStageTest : public testing::Test {
 protected:
  WorkStageTest() {
    RandomTrace(residual_network(), kImages.count, 5).write(folder_ / "t.safetensors");
    for (const PlannedModule& module : plan_.modules) {
      if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
        engines_.push_back(*engine);
      }
    }
  }

  traces::Trace trace() const { return traces::Trace::open(folder_ / "t.safetensors"); }

  /// Reads all engines' bands in turn, as a pipeline does, until nobody has one left.
  static std::vector<std::vector<UnitWork>> read_in_turn(WorkStage& stage, const std::vector<DotEngine>& engines) {
    std::vector<std::vector<UnitWork>> works(engines.size());
    for (bool more = true; more;) {
      more = false;
      for (std::size_t index = 0; index < engines.size(); ++index) {
        const DotEngine& engine = engines[index];
        if (works[index].size() <
            static_cast<std::size_t>(kImages.count * engine.windows_per_image() * engine.array.units)) {
          const std::vector<UnitWork> band = numbers_of(stage.of(engine).next_band());
          works[index].insert(works[index].end(), band.begin(), band.end());
          more = true;
        }
      }
    }
    return works;
  }

  TemporaryFolder folder_;
  Plan plan_ = plan_of("defaults: {}", residual_network());
  std::vector<DotEngine> engines_;
};

TEST_F(WorkStageTest, HandsOverTheSameForEveryNumberOfThreads) {
  const traces::Trace trace = this->trace();
  ASSERT_GE(engines_.size(), 3U);
  for (const std::size_t threads : {1, 2, 3, 8}) {
    WorkStage stage(plan_, trace, kImages, {best_simd_level(), threads});
    const std::vector<std::vector<UnitWork>> works = read_in_turn(stage, engines_);
    for (std::size_t index = 0; index < engines_.size(); ++index) {
      const auto alone = MaskWork::make(engines_[index], trace, kImages, best_simd_level());
      EXPECT_TRUE(works[index] == all_bands(*alone)) << threads << " threads, engine " << index;
      EXPECT_EQ(stage.totals(engines_[index]).macs_done, alone->totals().macs_done) << threads;
      EXPECT_EQ(stage.totals(engines_[index]).dense_macs, alone->totals().dense_macs) << threads;
    }
  }
}

TEST_F(WorkStageTest, MayBeLeftBeforeTheEnd) {
  const traces::Trace trace = this->trace();
  for (const std::size_t threads : {1, 2, 8}) {
    WorkStage stage(plan_, trace, kImages, {best_simd_level(), threads});
    EXPECT_GT(size_of(stage.of(engines_.front()).next_band()), 0U);
  }
}

TEST_F(WorkStageTest, CountsNoFurtherThanTwoBands) {
  const traces::Trace trace = this->trace();
  WorkStage stage(plan_, trace, kImages, {best_simd_level(), 3});
  const DotEngine& engine = engines_.front();
  const WorkBand first = stage.of(engine).next_band();
  const std::vector<UnitWork> copy = numbers_of(first);
  // The others run as far ahead as they may; what was handed over stays as it is.
  for (std::size_t index = 1; index < engines_.size(); ++index) {
    stage.of(engines_[index]).next_band();
  }
  EXPECT_EQ(numbers_of(first), copy);
  EXPECT_EQ(size_of(stage.of(engine).next_band()), copy.size());
}

/// Fills bands with their numbers, from 1 on; fails after `good` of them. Tells when it has been asked twice.
class NumberedWork final : public MaskWork {
 public:
  NumberedWork(const DotEngine& engine, UnitWork good, std::latch& asked)
      : MaskWork(engine, Images{1000}), good_(good), asked_(asked) {}

 private:
  std::int64_t count_rows(std::int64_t, std::int64_t, NarrowWork& band) override {
    if (++number_ <= 2) {
      asked_.count_down();
    }
    if (number_ > good_) {
      throw std::runtime_error("no more");
    }
    const std::vector<UnitWork> numbers(band.size(), number_);
    band = make_band();
    band.append(numbers);
    return 0;
  }

  UnitWork good_;
  std::latch& asked_;
  UnitWork number_ = 0;
};

TEST_F(WorkStageTest, HandsOverInTheirOrderBandsThatWereCountedAhead) {
  std::latch asked(2);
  WorkerPool pool(2);
  BandQueue queue(std::make_unique<NumberedWork>(engines_.front(), 100, asked), pool);
  queue.begin();
  asked.wait();
  pool.stop();
  for (const UnitWork number : {1U, 2U}) {
    EXPECT_EQ(numbers_of(queue.next_band()).front(), number);
  }
}

TEST_F(WorkStageTest, RethrowsInTheEngineWhatCountingThrew) {
  for (const std::size_t workers : {0, 1, 4}) {
    std::latch asked(2);
    WorkerPool pool(workers);
    BandQueue queue(std::make_unique<NumberedWork>(engines_.front(), 1, asked), pool);
    queue.begin();
    if (workers > 0) {
      asked.wait();
      pool.stop();
    }
    // What was counted before is good, even if the failure is known already.
    EXPECT_EQ(numbers_of(queue.next_band()).front(), 1U);
    EXPECT_THROW(queue.next_band(), std::runtime_error);
  }
}

TEST_F(WorkStageTest, RefusesToGoBeyondTheLastBand) {
  const traces::Trace trace = this->trace();
  for (const std::size_t workers : {0, 2}) {
    WorkerPool pool(workers);
    BandQueue queue(MaskWork::make(engines_.front(), trace, Images{1}, best_simd_level()), pool);
    queue.begin();
    EXPECT_EQ(size_of(queue.next_band()),
              static_cast<std::size_t>(engines_.front().windows_per_image() * engines_.front().array.units));
    EXPECT_THROW(queue.next_band(), std::logic_error);
    pool.stop();
  }
}

TEST(SimdLevel, IsKnownByItsName) {
  for (const SimdLevel level : simd_levels()) {
    EXPECT_EQ(simd_level_of(name_of(level)), level);
  }
  EXPECT_EQ(simd_levels().front(), SimdLevel::kPortable);
  EXPECT_THROW(simd_level_of("sse9"), SimdError);
}

}  // namespace
}  // namespace millrace::sim
