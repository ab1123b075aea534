// The comparison itself must fail: a difference that it does not see would make every twin test worthless.
#include "tests/rtl/harness/record.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace millrace::rtl {
namespace {

CaseRecord two_streams() {
  const std::vector<Values> words = {{{1, -2}}, {{3, 4}}, {{5, 6}}};
  return {{{{1, 2, 3}, {2, 3, 4}}, words, words}, {{{5, 6, 9}, {6, 7, 10}}, words, words}};
}

TEST(Record, EqualRecordsHaveNoDifference) {
  EXPECT_FALSE(first_difference(two_streams(), two_streams()).has_value());
  EXPECT_EQ(count(two_streams()).edges, 12);
  EXPECT_EQ(count(two_streams()).values, 24);
}

TEST(Record, NamesStreamWordAndBothEdges) {
  CaseRecord twin = two_streams();
  twin[1].edges.pops[2] = 11;
  EXPECT_EQ(first_difference(two_streams(), twin), "stream 1, pop of word 2: model edge 10, twin edge 11");
}

TEST(Record, SeesEveryKindOfDifference) {
  const std::vector<std::function<void(CaseRecord&)>> changes = {
      [](CaseRecord& record) { ++record[0].edges.pushes[0]; },
      [](CaseRecord& record) { record[0].edges.pushes.pop_back(); },
      [](CaseRecord& record) { record[1].edges.pops.push_back(12); },
      [](CaseRecord& record) { record[1].pushed[0].lanes[1] = 2; },
      [](CaseRecord& record) { record[0].popped.pop_back(); },
      [](CaseRecord& record) { std::swap(record[1].popped[0], record[1].popped[1]); },
  };
  for (std::size_t change = 0; change < changes.size(); ++change) {
    CaseRecord twin = two_streams();
    changes[change](twin);
    EXPECT_TRUE(first_difference(two_streams(), twin).has_value()) << "change " << change;
    EXPECT_TRUE(first_difference(twin, two_streams()).has_value()) << "change " << change << ", the other way round";
  }
}

}  // namespace
}  // namespace millrace::rtl
