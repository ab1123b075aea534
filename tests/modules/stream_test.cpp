// A stream used directly: not earlier, not later.
#include "modules/stream/stream.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace millrace {
namespace {

TEST(Stream, WordPushedAtTIsThereAtTPlusLatency) {
  for (std::int64_t depth = 1; depth <= 16; ++depth) {
    for (std::int64_t latency = 1; latency <= 8; ++latency) {
      Stream<Timing> stream("s", Depth{depth}, Cycles{latency});
      EXPECT_FALSE(stream.has_word());
      stream.push(Cycle{10}, {});
      ASSERT_TRUE(stream.has_word());
      EXPECT_EQ(stream.word_edge(), Cycle{10 + latency});
      EXPECT_EQ(stream.arrival_edge(), Cycle{10 + latency});
    }
  }
}

TEST(Stream, HoldsDepthAndWhatIsInFlight) {
  for (std::int64_t depth = 1; depth <= 16; ++depth) {
    for (std::int64_t latency = 1; latency <= 8; ++latency) {
      Stream<Timing> stream("s", Depth{depth}, Cycles{latency});
      const std::int64_t capacity = depth + latency - 1;
      ASSERT_EQ(stream.capacity(), capacity);
      for (std::int64_t word = 0; word < capacity; ++word) {
        ASSERT_TRUE(stream.has_room());
        EXPECT_EQ(stream.room_edge(), Cycle{word});
        EXPECT_EQ(stream.slot_edge(), Cycle{0});
        stream.push(Cycle{word}, {});
      }
      EXPECT_FALSE(stream.has_room());
      EXPECT_EQ(stream.occupancy(), capacity);
      EXPECT_EQ(stream.high_water(), capacity);
    }
  }
}

TEST(Stream, SlotPoppedAtTIsUsableAtTPlusOne) {
  for (std::int64_t depth = 1; depth <= 16; ++depth) {
    for (std::int64_t latency = 1; latency <= 8; ++latency) {
      Stream<Timing> stream("s", Depth{depth}, Cycles{latency});
      for (std::int64_t word = 0; word < stream.capacity(); ++word) {
        stream.push(Cycle{word}, {});
      }
      stream.pop(Cycle{50});
      ASSERT_TRUE(stream.has_room());
      EXPECT_EQ(stream.room_edge(), Cycle{51});
      stream.push(Cycle{51}, {});
      EXPECT_FALSE(stream.has_room());
      stream.pop(Cycle{60});
      EXPECT_EQ(stream.room_edge(), Cycle{61}) << "each slot has an edge of its own";
    }
  }
}

TEST(Stream, TakesOnePushAnEdge) {
  Stream<Timing> stream("s", Depth{4}, Cycles{1});
  EXPECT_EQ(stream.push_port_edge(), Cycle{0});
  stream.push(Cycle{7}, {});
  EXPECT_EQ(stream.push_port_edge(), Cycle{8});
  EXPECT_EQ(stream.room_edge(), Cycle{8});
}

TEST(Stream, GivesOnePopAnEdge) {
  Stream<Timing> stream("s", Depth{4}, Cycles{1});
  stream.push(Cycle{0}, {});
  stream.push(Cycle{1}, {});
  EXPECT_EQ(stream.pop_port_edge(), Cycle{0});
  stream.pop(Cycle{9});
  EXPECT_EQ(stream.arrival_edge(), Cycle{2});
  EXPECT_EQ(stream.pop_port_edge(), Cycle{10});
  EXPECT_EQ(stream.word_edge(), Cycle{10});
}

TEST(Stream, KeepsEveryWordsOwnEdgeAndValueAcrossManyRounds) {
  for (std::int64_t depth = 1; depth <= 16; ++depth) {
    Stream<Values> stream("s", Depth{depth}, Cycles{3});
    std::int32_t popped = 0;
    for (std::int32_t word = 0; word < 200; ++word) {
      if (!stream.has_room()) {
        EXPECT_EQ(stream.arrival_edge(), Cycle{10 * popped + 3});
        EXPECT_EQ(stream.pop(stream.word_edge()), Values{{popped}});
        ++popped;
      }
      stream.push(Cycle{10 * word}, Values{{word}});
    }
    EXPECT_EQ(stream.pushes(), 200);
    EXPECT_EQ(stream.pops(), 200 - stream.capacity());
  }
}

TEST(Stream, RefusesDepthOrLatencyBelowOne) {
  EXPECT_THROW(Stream<Timing>("s", Depth{0}, Cycles{1}), std::invalid_argument);
  EXPECT_THROW(Stream<Timing>("s", Depth{-1}, Cycles{1}), std::invalid_argument);
  EXPECT_THROW(Stream<Timing>("s", Depth{1}, Cycles{0}), std::invalid_argument);
  EXPECT_THROW(Stream<Values>("s", Depth{2}, Cycles{0}), std::invalid_argument);
  EXPECT_NO_THROW(Stream<Timing>("s", Depth{1}, Cycles{1}));
}

}  // namespace
}  // namespace millrace
