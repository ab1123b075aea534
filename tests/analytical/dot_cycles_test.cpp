#include "sim/analytical/dot_cycles.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/analytical/penalty_rows.hpp"

namespace millrace::test {
namespace {

using namespace sim::analytical;

TEST(DotCycles, RoundsUpToWholeTurnsOfTheMacs) {
  const DotUnit unit{4, EmptyGroups::kOneCycle};
  EXPECT_EQ(dot_cycles(9, unit), 3);
  EXPECT_EQ(dot_cycles(8, unit), 2);
  EXPECT_EQ(dot_cycles(1, unit), 1);
  EXPECT_EQ(dot_cycles(0, unit), 1);
  EXPECT_EQ(dot_cycles(0, {4, EmptyGroups::kFree}), 0);
}

TEST(DotCycles, MeanOfTheHistogramIsNotThatOfTheMean) {
  const ZeroHistogram half = ZeroHistogram::binomial(9, 0.5);
  EXPECT_DOUBLE_EQ(mean_dot_cycles(half, {4, EmptyGroups::kFree}), 1.5);
  EXPECT_DOUBLE_EQ(mean_dot_cycles(half, {4, EmptyGroups::kOneCycle}), 769.0 / 512.0);
  EXPECT_EQ(mean_form_cycles(0.5, 9, 4), 2);
}

TEST(DotCycles, MeanFormRoundsUpWithoutNoise) {
  EXPECT_EQ(mean_form_cycles(0.0, 9, 3), 3);
  EXPECT_EQ(mean_form_cycles(0.7, 10, 3), 1);
  EXPECT_EQ(mean_form_cycles(1.0, 9, 3), 0);
}

TEST(LockStepPenalty, EqualsEveryRowToItsDigits) {
  const std::vector<test::PenaltyRow> rows =
      test::penalty_rows(std::string(MILLRACE_TEST_DATA) + "/barrier_penalty.csv", "exact");
  ASSERT_EQ(rows.size(), 80U);
  for (const test::PenaltyRow& row : rows) {
    SCOPED_TRACE(testing::Message() << "zeros " << row.zero << ", " << row.macs << " MACs, " << row.units << " units");
    const ZeroHistogram histogram = ZeroHistogram::binomial(row.pairs, row.zero);
    const DotUnit unit{row.macs, EmptyGroups::kOneCycle};
    EXPECT_NEAR(mean_dot_cycles(histogram, unit), row.mean, 0.00005001);
    EXPECT_NEAR(lock_step_penalty(histogram, unit, row.units), row.slowdown, 0.0005001);
  }
}

TEST(LockStepPenalty, IsNoneOfOneUnitAndOfEqualGroups) {
  EXPECT_DOUBLE_EQ(lock_step_penalty(ZeroHistogram::binomial(9, 0.6), {2, EmptyGroups::kFree}, 1), 1.0);
  EXPECT_DOUBLE_EQ(lock_step_penalty(ZeroHistogram::exactly(9, 3), {2, EmptyGroups::kFree}, 64), 1.0);
  EXPECT_DOUBLE_EQ(lock_step_penalty(ZeroHistogram::exactly(9, 9), {2, EmptyGroups::kFree}, 64), 1.0);
}

TEST(LockStepPenalty, CountsFreeGroupsOfTheOthers) {
  // A group is free, or one cycle: the slowest of two is free only if both are.
  const ZeroHistogram half({0.5, 0.5});
  EXPECT_DOUBLE_EQ(lock_step_penalty(half, {1, EmptyGroups::kFree}, 2), 0.75 / 0.5);
}

}  // namespace
}  // namespace millrace::test
