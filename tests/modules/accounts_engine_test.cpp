// Accounts of dot units, each for itself, and of the drain.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/modules/support/random_engine.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

void expect_row(const Accounts& accounts, std::int64_t busy, std::int64_t starved, std::int64_t blocked) {
  EXPECT_EQ(accounts.busy, Cycles{busy});
  EXPECT_EQ(accounts.starved, std::vector{Cycles{starved}});
  EXPECT_EQ(accounts.blocked, std::vector{Cycles{blocked}});
}

/// Two units, two windows there at 2 and 3, of work (1, 5) and (5, 1), that give four words; a single pixel buffer.
ModuleAccounts small_engine(bool lock_step) {
  EngineCase engine;
  engine.dot = {2, 1, 2, 4, 1, lock_step};
  engine.output = {Depth{8}, Cycles{2}};
  engine.source = {1, 1};
  engine.work = {1, 5, 5, 1};
  engine.sink = ServiceTimes(4, 1);
  return WorklistGraph(graph_of(engine)).run(Pace::kRunAhead).accounts.at(1);
}

TEST(EngineAccounts, UnitThatIsDoneEarlyTakesTheNextWindow) {
  const ModuleAccounts accounts = small_engine(false);
  ASSERT_EQ(accounts.rows.size(), 3U);
  // Windows at 2 and 3 and at 2 and 7; both through at 8; the bank is empty at 12.
  expect_row(accounts.rows[0].total, 6, 0, 4);
  expect_row(accounts.rows[1].total, 6, 0, 4);
  // Idle until 9; four words at 9, 10, 11, 12: held by its port alone.
  expect_row(accounts.rows[2].total, 3, 0, 0);
  EXPECT_EQ(figures({{{}, 2, accounts.images}}), (std::vector<std::int64_t>{12, 12, 0, 8}));
}

TEST(EngineAccounts, UnitInLockStepWaitsForTheSlowest) {
  const ModuleAccounts accounts = small_engine(true);
  // Windows at 2 and 7; through at 12 and 8; the bank is empty at 16.
  expect_row(accounts.rows[0].total, 6, 4, 4);
  expect_row(accounts.rows[1].total, 6, 0, 8);
  expect_row(accounts.rows[2].total, 3, 0, 0);
  EXPECT_EQ(figures({{{}, 2, accounts.images}}), (std::vector<std::int64_t>{16, 12, 4, 12}));
}

TEST(EngineAccounts, NamesUnitsAndDrain) {
  const ModuleAccounts accounts = small_engine(false);
  EXPECT_EQ(accounts.workers, 2U);
  EXPECT_EQ(accounts.rows[0].name, "module1.unit0");
  EXPECT_EQ(accounts.rows[1].name, "module1.unit1");
  EXPECT_EQ(accounts.rows[1].kind, "DotUnit");
  EXPECT_EQ(accounts.rows[2].name, "module1.drain");
  EXPECT_EQ(accounts.rows[2].outputs, std::vector<std::string>{"stream1"});
}

/// What one unit has booked when it goes on behind each image, from the recurrence.
std::vector<Accounts> books_of(const EngineCase& engine, const EngineEdges& edges, std::size_t unit) {
  const std::size_t beats = static_cast<std::size_t>(engine.dot.windows_per_accumulation);
  const std::size_t windows_per_image = engine.windows() / static_cast<std::size_t>(engine.images);
  std::vector<Accounts> books;
  Accounts now{Cycles{0}, {Cycles{0}}, {Cycles{0}}};
  std::int64_t free = edges.unit_pops.front()[unit];  // idle until then
  for (std::size_t window = 0; window < engine.windows(); ++window) {
    const std::int64_t popped = edges.unit_pops[window][unit];
    const std::int64_t work = engine.work[window * static_cast<std::size_t>(engine.dot.units) + unit];
    now.starved[0] += Cycles{popped - free};
    now.busy += Cycles{work};
    free = popped + work;
    if ((window + 1) % beats == 0) {
      const std::int64_t handed = edges.unit_hands[window / beats][unit];
      now.blocked[0] += Cycles{handed - free};
      free = handed;
    }
    if ((window + 1) % windows_per_image == 0) {
      books.push_back(now);
    }
  }
  return books;
}

void expect_equal(const Accounts& actual, const Accounts& expected) {
  expect_row(actual, expected.busy.count(), expected.starved[0].count(), expected.blocked[0].count());
}

TEST(EngineAccounts, UnitsBookTheEdgesOfTheRecurrence) {
  oracle::Random random(10);
  for (int trial = 0; trial < 300; ++trial) {
    SCOPED_TRACE(trial);
    const EngineCase engine = random_engine(random);
    const EngineEdges edges = recurrence(engine);
    const ModuleAccounts accounts =
        WorklistGraph(graph_of(engine)).run(Pace::kRunAhead).accounts.at(engine.walker ? 2 : 1);
    std::vector<ImageMark> marks(static_cast<std::size_t>(engine.images));
    for (std::size_t unit = 0; unit < static_cast<std::size_t>(engine.dot.units); ++unit) {
      const std::vector<Accounts> books = books_of(engine, edges, unit);
      const Accounts& first = books.front();
      const Accounts& last = books.back();
      expect_equal(accounts.rows[unit].total, last);
      expect_row(accounts.rows[unit].steady, (last.busy - first.busy).count(),
                 (last.starved[0] - first.starved[0]).count(), (last.blocked[0] - first.blocked[0]).count());
      for (std::size_t image = 0; image < marks.size(); ++image) {
        const std::size_t accumulation = (image + 1) * static_cast<std::size_t>(engine.dot.accumulations) - 1;
        marks[image].edge = std::max(marks[image].edge, Cycle{edges.unit_hands[accumulation][unit]});
        marks[image].busy += books[image].busy;
        marks[image].starved += books[image].starved[0];
        marks[image].blocked += books[image].blocked[0];
      }
    }
    EXPECT_EQ(figures({{{}, 1, accounts.images}}), figures({{{}, 1, marks}}));
    const std::int64_t idle = *std::max_element(edges.unit_ends.front().begin(), edges.unit_ends.front().end()) + 1;
    const Accounts& drain = accounts.rows.back().total;
    EXPECT_EQ(idle + (drain.busy + drain.total_starved() + drain.total_blocked()).count(), edges.output.pushes.back());
    if (testing::Test::HasFailure()) {
      break;
    }
  }
}

}  // namespace
}  // namespace millrace
