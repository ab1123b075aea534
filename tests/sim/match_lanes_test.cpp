#include "sim/folding/match_lanes.hpp"

#include <gtest/gtest.h>

namespace millrace::sim {
namespace {

using Chosen = std::vector<std::size_t>;

TEST(MatchLanes, TakesWhatIsPreferredWhereNothingIsGained) {
  EXPECT_EQ(match_lanes({{{1, 2}, {1, 4}}, {{8, 8}, {16, 8}}}, {{0, 1}}), (Chosen{0, 0}));
}

TEST(MatchLanes, TakesEqualLanes) {
  EXPECT_EQ(match_lanes({{{1, 2}}, {{8, 8}, {2, 8}}}, {{0, 1}}), (Chosen{0, 1}));
  EXPECT_EQ(match_lanes({{{1, 2}, {1, 8}}, {{8, 8}}}, {{0, 1}}), (Chosen{1, 0}));
}

TEST(MatchLanes, CountsAllNeighbours) {
  // The middle one fits the one before with its first choice, and both readers with its second.
  const std::vector<std::vector<Ends>> choices = {{{1, 4}}, {{4, 4}, {2, 2}}, {{2, 1}}, {{2, 1}}};
  EXPECT_EQ(match_lanes(choices, {{0, 1}, {1, 2}, {1, 3}}), (Chosen{0, 1, 0, 0}));
  EXPECT_EQ(match_lanes(choices, {{0, 1}, {1, 2}}), (Chosen{0, 0, 0, 0}));
}

TEST(MatchLanes, GoesOnUntilNothingChanges) {
  // Only once the second has followed the third can the first follow it.
  EXPECT_EQ(match_lanes({{{1, 9}, {1, 2}}, {{8, 8}, {2, 2}}, {{2, 1}}}, {{0, 1}, {1, 2}}), (Chosen{1, 1, 0}));
}

}  // namespace
}  // namespace millrace::sim
