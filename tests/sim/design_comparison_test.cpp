// Many designs at once are what each is by itself, and the summary is of these figures.
#include "sim/validation/design_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sim/analytical/mended_model.hpp"
#include "sim/output/comparison_csv.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

class DesignComparisonTest : public testing::Test {
 protected:
  DesignComparisonTest() {
    RandomTrace(residual_network(), 3, 11, 0.5).write(folder_ / "t");
    traces_.push_back(traces::Trace::open(folder_ / "t"));
  }

  DesignList list() const {
    return {yaml_.size(), [this](std::size_t) -> const traces::Trace& { return traces_[0]; },
            [](std::size_t) { return Images{2}; }, [this](std::size_t design) { return work_keys_[design]; },
            [this](std::size_t design) { return plan_of(yaml_[design], residual_network()); }};
  }

  std::vector<ComparedDesign> compared(std::size_t threads) const {
    return compare_designs(
        list(), analytical::MendedModel(), {best_simd_level(), threads}, [](std::size_t, std::size_t) {}, false);
  }
  /// By one thread, stopped behind so many designs.
  std::vector<ComparedDesign> compared_until(std::size_t enough) const {
    std::atomic<bool> stop = false;
    return compare_designs(
        list(), analytical::MendedModel(), {best_simd_level(), 1},
        [&](std::size_t done, std::size_t) { stop = done >= enough; }, stop);
  }

  Validation validated(const std::string& yaml) const {
    const Plan plan = plan_of(yaml, residual_network());
    const RecordedWork work(plan, traces_[0], Images{2}, {});
    return std::get<Validation>(
        validate(plan, traces_[0], work, analytical::MendedModel(), 1, [](std::size_t, std::size_t) {}));
  }

  const std::vector<std::string> yaml_ = {"defaults: {macs: 2}\n", "defaults: {coarse_out: 3}\n",
                                          "defaults: {macs: 2, queue: 9, lock_step: true}\n",
                                          "defaults: {}\nstreams: {x.fork -> add: 2}\n", "defaults: {coarse_out: 2}\n"};
  const std::vector<std::uint64_t> work_keys_ = {7, 1, 7, 3, 2};

 private:
  TemporaryFolder folder_;
  std::vector<traces::Trace> traces_;
};

TEST_F(DesignComparisonTest, EveryDesignIsWhatItIsAlone) {
  const std::vector<ComparedDesign> designs = compared(1);
  ASSERT_EQ(designs.size(), yaml_.size());
  for (const std::size_t design : {0U, 2U, 4U}) {
    const Validation alone = validated(yaml_[design]);
    EXPECT_EQ(designs[design].problem, "");
    EXPECT_EQ(designs[design].mean_form, static_cast<double>(alone.mean_form.interval));
    EXPECT_EQ(designs[design].histogram_form, static_cast<double>(alone.histogram_form.interval));
    EXPECT_EQ(designs[design].simulated, alone.interval);
  }
  EXPECT_NE(designs[0].simulated, designs[2].simulated);
  EXPECT_EQ(designs[0].histogram_form, designs[2].histogram_form);
  EXPECT_THAT(designs[1].problem, testing::HasSubstr("coarse_out 3"));
  EXPECT_EQ(designs[3].problem, "deadlock");
}

TEST_F(DesignComparisonTest, DoesNotDependOnThreads) {
  const DesignColumns none{{}, std::vector<std::vector<std::string>>(yaml_.size())};
  const auto csv = [&](std::size_t threads) {
    std::vector<ComparedDesign> designs = compared(threads);
    designs[1].problem = "as long as it is one; it names a file of its own";
    return comparison_csv(none, designs);
  };
  EXPECT_EQ(csv(1), csv(3));
}

TEST_F(DesignComparisonTest, KeepsWhatIsDoneWhenItIsInterrupted) {
  const std::vector<ComparedDesign> whole = compared(1);
  // By work key: designs 1, 4, 3, then 0 and 2.
  const std::vector<ComparedDesign> part = compared_until(3);
  for (const std::size_t done : {1U, 3U, 4U}) {
    EXPECT_NE(part[done].problem, kInterrupted);
    EXPECT_EQ(part[done].simulated, whole[done].simulated);
  }
  EXPECT_EQ(part[0].problem, kInterrupted);
  EXPECT_EQ(part[2].problem, kInterrupted);
}

ComparedDesign design(double mean, double histogram, double simulated, std::int64_t bits) {
  return {"", {0, bits}, mean, histogram, simulated};
}

TEST(FormSummary, IsOfTheDesignsThatAreFine) {
  std::vector<ComparedDesign> designs = {design(100, 90, 100, 5), design(80, 90, 160, 5), design(80, 90, 125, 4),
                                         design(120, 200, 200, 5)};
  designs.push_back({"deadlock", {}, 1.0, 1.0, 0.0});
  EXPECT_EQ(best_design(designs), 0U);

  const FormSummary mean = summary(designs, Form::kMean).value();
  EXPECT_THAT(mean.errors, testing::ElementsAre(-0.5, -0.4, -0.36, 0.0));
  EXPECT_DOUBLE_EQ(mean.mean_error_size(), 0.315);
  EXPECT_EQ(mean.quantile(0.0), -0.5);
  EXPECT_EQ(mean.quantile(0.5), -0.36);
  EXPECT_EQ(mean.quantile(1.0), 0.0);
  // Pairs in the same order: (0, 3), (1, 3), (2, 3); the other way round (0, 1), (0, 2); a tie (1, 2).
  EXPECT_DOUBLE_EQ(mean.tau.value(), 1.0 / std::sqrt(5.0 * 6.0));
  EXPECT_EQ(mean.choice.design, 2U);
  EXPECT_EQ(mean.choice.equals, 2U);
  EXPECT_DOUBLE_EQ(mean.choice.lost, 0.2);
  EXPECT_DOUBLE_EQ(mean.choice.most_lost, 0.375);

  const FormSummary histogram = summary(designs, Form::kHistogram).value();
  EXPECT_EQ(histogram.choice.design, 2U);
  EXPECT_EQ(histogram.choice.equals, 3U);
  EXPECT_FALSE(summary({designs.back()}, Form::kMean));
}

TEST(ComparisonCsv, QuotesWhatMustBeAndSaysWhyADesignHasNoFigures) {
  const DesignColumns columns{{"queue", "depth a, b"}, {{"2", "x"}, {"3", "say \"y\""}}};
  std::vector<ComparedDesign> designs = {design(100, 90, 120, 5), {}};
  designs[1].problem = "deadlock";
  EXPECT_EQ(comparison_csv(columns, designs),
            "design,queue,\"depth a, b\",dsps,memory_bits,mean_form,histogram_form,simulated,mean_form_error,"
            "histogram_form_error,problem\n"
            "1,2,x,0,5,100,90,120.00,-0.166667,-0.250000,\n"
            "2,3,\"say \"\"y\"\"\",,,,,,,,deadlock\n");
}

}  // namespace
}  // namespace millrace::sim
