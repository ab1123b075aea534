#include "sim/statistics/rank_correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace millrace::sim {
namespace {

using Numbers = std::vector<double>;

double tau(const Numbers& one, const Numbers& other) {
  return kendall_tau(one, other).value();
}

TEST(KendallTau, IsOneForTheSameOrderAndMinusOneForTheReverse) {
  EXPECT_EQ(tau({1, 2, 3, 4}, {10, 20, 25, 90}), 1.0);
  EXPECT_EQ(tau({1, 2, 3, 4}, {9, 8, 2, 1}), -1.0);
}

TEST(KendallTau, CountsPairs) {
  // Of ten pairs, (1, 2) and (4, 5) are the other way round.
  EXPECT_DOUBLE_EQ(tau({1, 2, 3, 4, 5}, {2, 1, 3, 5, 4}), 0.6);
}

TEST(KendallTau, LeavesTiesOut) {
  // Of six pairs one is a tie in the first, three others in the second; the two that are left are ordered alike.
  EXPECT_DOUBLE_EQ(tau({1, 1, 2, 3}, {5, 6, 6, 6}), 2.0 / std::sqrt(5.0 * 3.0));
}

TEST(KendallTau, IsNothingWithoutAnOrder) {
  EXPECT_FALSE(kendall_tau(Numbers{1, 1, 1}, Numbers{1, 2, 3}));
  EXPECT_FALSE(kendall_tau(Numbers{1, 2, 3}, Numbers{4, 4, 4}));
  EXPECT_FALSE(kendall_tau(Numbers{1}, Numbers{4}));
  EXPECT_FALSE(kendall_tau(Numbers{}, Numbers{}));
}

}  // namespace
}  // namespace millrace::sim
