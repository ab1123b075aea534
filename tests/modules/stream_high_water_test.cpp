// The high-water mark is kept while the two ends run ahead of each other; it must be that of simulated time.
#include <gtest/gtest.h>

#include <algorithm>

#include "modules/stream/stream.hpp"
#include "tests/modules/support/edge_log.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {
namespace {

/// Words pushed and not yet popped, at the edge at which there are most of them. A word leaves at its pop edge.
std::int64_t recount(const StreamEdges& edges) {
  std::int64_t most = 0;
  for (const std::int64_t now : edges.pushes) {
    const auto till_now = [now](const Edges& all) {
      return std::count_if(all.begin(), all.end(), [now](std::int64_t edge) { return edge <= now; });
    };
    most = std::max<std::int64_t>(most, till_now(edges.pushes) - till_now(edges.pops));
  }
  return most;
}

/// Pushes and pops at random legal edges. `push_percent` says which end the host prefers to let run ahead, `*_gap`
/// which end is slow in simulated time.
struct Schedule {
  std::int64_t depth;
  std::int64_t latency;
  std::uint32_t push_percent;
  std::uint32_t push_gap;
  std::uint32_t pop_gap;
};

void expect_recount(const Schedule& schedule, oracle::Random& random) {
  Stream<Timing> stream("s", Depth{schedule.depth}, Cycles{schedule.latency});
  EdgeLog log;
  stream.observe(log);
  const std::int64_t words = random.between(1, 60);
  // A deadlock leaves words behind.
  const std::int64_t left = random.chance(70) ? 0 : random.below(static_cast<std::uint32_t>(words));
  while (stream.pops() < words - left) {
    const bool can_push = stream.has_room() && stream.pushes() < words;
    if (can_push && (!stream.has_word() || random.chance(schedule.push_percent))) {
      stream.push(stream.room_edge() + Cycles{random.below(schedule.push_gap)}, {});
    } else {
      stream.pop(stream.word_edge() + Cycles{random.below(schedule.pop_gap)});
    }
  }
  EXPECT_EQ(stream.high_water(), recount(log.edges())) << "depth " << schedule.depth << ", latency " << schedule.latency
                                                       << ", " << words << " words, " << left << " left";
}

TEST(StreamHighWater, EqualsARecountInSimulatedTimeWhateverTheHostsOrder) {
  oracle::Random random(1);
  for (std::int64_t depth = 1; depth <= 16; ++depth) {
    for (std::int64_t latency = 1; latency <= 8; ++latency) {
      for (const std::uint32_t push_percent : {0U, 20U, 50U, 80U, 100U}) {
        for (const std::uint32_t gap : {1U, 2U, 6U, 20U}) {
          expect_recount({depth, latency, push_percent, gap, 4}, random);
          expect_recount({depth, latency, push_percent, 4, gap}, random);
        }
      }
    }
  }
}

TEST(StreamHighWater, WordThatLeavesAtTheEdgeAtWhichAnotherComesIsNotCountedTwice) {
  for (const bool push_is_known_first : {true, false}) {
    Stream<Timing> stream("s", Depth{4}, Cycles{1});
    stream.push(Cycle{0}, {});
    if (push_is_known_first) {
      stream.push(Cycle{5}, {});
      stream.pop(Cycle{5});
    } else {
      stream.pop(Cycle{5});
      stream.push(Cycle{5}, {});
    }
    EXPECT_EQ(stream.high_water(), 1);
  }
}

TEST(StreamHighWater, WordThatLeavesTheEdgeAfterAnotherCameIsCounted) {
  for (const bool push_is_known_first : {true, false}) {
    Stream<Timing> stream("s", Depth{4}, Cycles{1});
    stream.push(Cycle{0}, {});
    if (push_is_known_first) {
      stream.push(Cycle{5}, {});
      stream.pop(Cycle{6});
    } else {
      stream.pop(Cycle{6});
      stream.push(Cycle{5}, {});
    }
    EXPECT_EQ(stream.high_water(), 2);
  }
}

}  // namespace
}  // namespace millrace
