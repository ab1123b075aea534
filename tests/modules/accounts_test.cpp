// Where the edges of a process went: by hand for each kind of wait, and that they sum to all there are.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "modules/route/add.hpp"
#include "modules/route/fork.hpp"
#include "tests/modules/support/random_graph.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

std::vector<Cycles> cycles(const std::vector<std::int64_t>& counts) {
  std::vector<Cycles> cycles;
  for (const std::int64_t count : counts) {
    cycles.emplace_back(count);
  }
  return cycles;
}

void expect_accounts(const Accounts& accounts, std::int64_t busy, const std::vector<std::int64_t>& starved,
                     const std::vector<std::int64_t>& blocked) {
  EXPECT_EQ(accounts.busy, Cycles{busy});
  EXPECT_EQ(accounts.starved, cycles(starved));
  EXPECT_EQ(accounts.blocked, cycles(blocked));
}

Outcome run(const Graph<Timing>& graph, Pace pace = Pace::kRunAhead) {
  const Outcome outcome = WorklistGraph(graph).run(pace);
  EXPECT_TRUE(outcome.completed);
  return outcome;
}

TEST(Accounts, WaitForTheFirstWordIsIdleAndForLaterOnesStarved) {
  Graph<Timing> graph;
  const auto stream = graph.stream(2);
  graph.add_source(stream, {3, 7});
  graph.add_sink(stream, {2, 1});
  // Pops at 4 and 11; idle until 4, works until 6, waits until 11, works until 12.
  const Outcome outcome = run(graph);
  EXPECT_EQ(outcome.end, 12);
  expect_accounts(outcome.accounts[0].rows[0].total, 10, {0}, {0});
  expect_accounts(outcome.accounts[1].rows[0].total, 3, {5}, {0});
}

TEST(Accounts, WaitForRoomIsBlocked) {
  Graph<Timing> graph;
  const auto stream = graph.stream(1);
  graph.add_source(stream, {1, 1, 1, 1});
  graph.add_sink(stream, {5, 5, 5, 5});
  // Pops at 2, 7, 12, 17; pushes at 1, 3, 8, 13 instead of 1, 2, 4, 9.
  const Outcome outcome = run(graph);
  expect_accounts(outcome.accounts[0].rows[0].total, 4, {0}, {1 + 4 + 4});
  expect_accounts(outcome.accounts[1].rows[0].total, 20, {0}, {0});
}

TEST(Accounts, JoinIsStarvedByTheInputThatCameLastAndOfTwoByTheLowest) {
  for (const Pace pace : {Pace::kRunAhead, Pace::kTakeTurns}) {
    Graph<Timing> graph;
    const auto a = graph.stream(8);
    const auto b = graph.stream(8);
    const auto sum = graph.stream(2);
    graph.add_source(a, {2, 9, 9, 10});   // there at 3, 12, 21, 31
    graph.add_source(b, {5, 1, 14, 20});  // there at 6, 7, 21, 41
    graph.add<Add>({a, b}, {sum}, AddParameters{4}, Images{1});
    graph.add_sink(sum, ServiceTimes(4, 1));
    // Free at 7, 13, 22: waits 5 for a, 8 for both, 19 for b.
    const Outcome outcome = run(graph, pace);
    expect_accounts(outcome.accounts[2].rows[0].total, 4, {5 + 8, 19}, {0});
    EXPECT_EQ(outcome.accounts[2].rows[0].inputs, (std::vector<std::string>{"stream0", "stream1"}));
  }
}

TEST(Accounts, ForkIsBlockedByTheOutputThatFreedLastAndOfTwoByTheLowest) {
  for (const Pace pace : {Pace::kRunAhead, Pace::kTakeTurns}) {
    Graph<Timing> graph;
    const auto in = graph.stream(8);
    const auto a = graph.stream(1);
    const auto b = graph.stream(1);
    graph.add_source(in, ServiceTimes(4, 1));
    graph.add<Fork>({in}, {a, b}, ForkParameters{4}, Images{1});
    graph.add_sink(a, {10, 1, 1, 1});  // pops at 4, 14, 16
    graph.add_sink(b, {3, 20, 1, 1});  // pops at 4, 7, 27
    // Ready to push at 3, 4, 6, 16; room at 0, 5 (both), 15 (a), 28 (b).
    const Outcome outcome = run(graph, pace);
    EXPECT_EQ(outcome.streams[a].pushes, (Edges{3, 5, 15, 28}));
    expect_accounts(outcome.accounts[1].rows[0].total, 4, {0}, {1 + 9, 12});
    EXPECT_EQ(outcome.accounts[1].rows[0].outputs, (std::vector<std::string>{"stream1", "stream2"}));
  }
}

Graph<Timing> fork_of_images(std::int64_t images) {
  const ServiceTimes service{1, 1, 6, 1, 11, 1};
  const std::size_t words = static_cast<std::size_t>(2 * images);
  Graph<Timing> graph;
  const auto in = graph.stream(2);
  const auto out = graph.stream(2);
  graph.add_source(in, {service.begin(), service.begin() + static_cast<std::ptrdiff_t>(words)});
  graph.add<Fork>({in}, {out}, ForkParameters{2}, Images{images});
  graph.add_sink(out, ServiceTimes(words, 1));
  return graph;
}

TEST(Accounts, MarksEachImageAndSpansTheSteadyWindow) {
  // Pops at 2, 3; 9, 10; 21, 22.
  const ModuleAccounts accounts = run(fork_of_images(3)).accounts[1];
  EXPECT_EQ(figures({{{}, 1, accounts.images}}), (std::vector<std::int64_t>{4, 2, 0, 0, 11, 4, 5, 0, 23, 6, 15, 0}));
  expect_accounts(accounts.rows[0].total, 6, {15}, {0});
  expect_accounts(accounts.rows[0].steady, 4, {15}, {0});
  EXPECT_EQ(accounts.workers, 1U);
}

TEST(Accounts, OneImageHasNoSteadyWindow) {
  const ModuleAccounts accounts = run(fork_of_images(1)).accounts[1];
  EXPECT_EQ(accounts.images.size(), 1U);
  expect_accounts(accounts.rows[0].total, 2, {0}, {0});
  expect_accounts(accounts.rows[0].steady, 0, {0}, {0});
}

std::int64_t booked(const Accounts& accounts) {
  return (accounts.busy + accounts.total_starved() + accounts.total_blocked()).count();
}

/// Idle before its first word, a process has booked every edge up to its last action.
void expect_sum(const AccountRow& row, const PlannedModule<Timing>& planned, const Outcome& outcome,
                std::int64_t last_edge) {
  static const std::set<std::string> kBeginsWithWork{"TestSource", "DmaFetch"};
  static const std::set<std::string> kBeginsWithPop{"TestSink", "Fork",       "Add",  "Concat",    "Subsample",
                                                    "Rebundle", "GlobalPool", "Pool", "Pointwise", "DmaPack"};
  const std::int64_t idle = last_edge - booked(row.total);
  if (kBeginsWithWork.contains(row.kind)) {
    EXPECT_EQ(idle, 0) << row.name;
  } else if (kBeginsWithPop.contains(row.kind)) {
    EXPECT_EQ(idle, outcome.streams[planned.in.front()].pops.front()) << row.name;
  } else {
    // Padding is worked, and may be pushed, before the first word.
    EXPECT_GE(idle, 0) << row.name;
  }
}

TEST(Accounts, SumToTheLastEdgeOfEveryProcess) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph random = random_graph(seed);
    MemoryArray memory(random.memory);
    const Outcome outcome = WorklistGraph(random.graph, &memory).run(Pace::kRunAhead);
    if (!outcome.completed) {
      continue;
    }
    std::size_t process = 0;
    for (std::size_t module = 0; module < outcome.accounts.size(); ++module) {
      const ModuleAccounts& accounts = outcome.accounts[module];
      const PlannedModule<Timing>& planned = random.graph.modules()[module];
      if (accounts.rows.front().kind == "DotUnit") {
        process += 2;  // units share one process; their rows have a test of their own
        continue;
      }
      for (const AccountRow& row : accounts.rows) {
        expect_sum(row, planned, outcome, outcome.last_edges[process++]);
      }
    }
    EXPECT_EQ(process, outcome.last_edges.size());
  }
}

TEST(Accounts, EveryModuleMarksTheSameImages) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph random = random_graph(seed);
    MemoryArray memory(random.memory);
    const Outcome outcome = WorklistGraph(random.graph, &memory).run(Pace::kRunAhead);
    if (!outcome.completed) {
      continue;
    }
    std::set<std::size_t> marks;
    for (const ModuleAccounts& accounts : outcome.accounts) {
      // Sources and sinks of a test know nothing of images.
      if (!accounts.rows.front().kind.starts_with("Test")) {
        marks.insert(accounts.images.size());
      }
    }
    EXPECT_EQ(marks.size(), 1U);
    EXPECT_FALSE(marks.contains(0));
  }
}

TEST(Accounts, SteadyWindowIsWhatIsBookedBetweenTheFirstMarkAndTheLast) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph random = random_graph(seed);
    MemoryArray memory(random.memory);
    const Outcome outcome = WorklistGraph(random.graph, &memory).run(Pace::kRunAhead);
    for (const ModuleAccounts& accounts : outcome.accounts) {
      if (!outcome.completed || accounts.images.empty()) {
        continue;
      }
      Cycles busy;
      Cycles starved;
      Cycles blocked;
      for (std::size_t worker = 0; worker < accounts.workers; ++worker) {
        busy += accounts.rows[worker].steady.busy;
        starved += accounts.rows[worker].steady.total_starved();
        blocked += accounts.rows[worker].steady.total_blocked();
      }
      const ImageMark& first = accounts.images.front();
      const ImageMark& last = accounts.images.back();
      EXPECT_EQ(busy, last.busy - first.busy) << accounts.rows.front().name;
      EXPECT_EQ(starved, last.starved - first.starved) << accounts.rows.front().name;
      EXPECT_EQ(blocked, last.blocked - first.blocked) << accounts.rows.front().name;
    }
  }
}

}  // namespace
}  // namespace millrace
