// Tiny netlists whose edges are computed by hand from the contracts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/oracle/cycle_loop.hpp"
#include "tests/oracle/netlist.hpp"

namespace millrace::oracle {
namespace {

constexpr Edge kLimit = 100000;
using Edges = std::vector<Edge>;
using Times = std::vector<std::uint32_t>;

Times ones(std::size_t count) {
  return Times(count, 1);
}

// Source of ones -> stream 0 (depth 2) -> module -> stream 1 (deep) -> sink of ones.
template <class Spec>
Result run_alone(Spec spec, std::size_t words_in, std::size_t words_out, std::uint32_t images = 1) {
  spec.in = 0;
  spec.out = 1;
  Netlist netlist;
  netlist.images = images;
  netlist.streams = {{2, 1}, {100, 1}};
  netlist.modules = {SourceSpec{0, ones(words_in)}, spec, SinkSpec{1, ones(words_out)}};
  return run(netlist, kLimit);
}

Result run_stream(const StreamSpec& stream, Times source, Times sink) {
  Netlist netlist;
  netlist.streams = {stream};
  netlist.modules = {SourceSpec{0, std::move(source)}, SinkSpec{0, std::move(sink)}};
  return run(netlist, kLimit);
}

void expect_accounts(const ProcessRecord& record, std::uint64_t busy, std::uint64_t starved, std::uint64_t blocked,
                     std::uint64_t idle) {
  EXPECT_EQ(record.busy, busy);
  EXPECT_EQ(record.starved, starved);
  EXPECT_EQ(record.blocked, blocked);
  EXPECT_EQ(record.idle, idle);
}

TEST(OracleStream, WordIsThereAfterItsLatencyAndNotEarlier) {
  for (const std::uint32_t latency : {1U, 2U, 3U, 7U, 64U}) {
    const Result result = run_stream({1, latency}, {1}, {1});
    EXPECT_EQ(result.outcome, Outcome::kCompleted);
    EXPECT_EQ(result.streams[0].pushes, Edges{1});
    EXPECT_EQ(result.streams[0].pops, Edges{1 + latency});
    EXPECT_EQ(result.total, 2 + latency);
    expect_accounts(result.processes[0][0], 1, 0, 0, 1 + latency);
    expect_accounts(result.processes[1][0], 1, 0, 0, 1 + latency);
  }
}

TEST(OracleStream, SlotIsFreeTheEdgeAfterItsPop) {
  const Result result = run_stream({1, 1}, ones(4), {3, 3, 3, 3});
  EXPECT_EQ(result.streams[0].pushes, (Edges{1, 3, 6, 9}));
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 5, 8, 11}));
  EXPECT_EQ(result.total, 14U);
  expect_accounts(result.processes[0][0], 4, 0, 5, 5);
  expect_accounts(result.processes[1][0], 12, 0, 0, 2);
}

TEST(OracleStream, DepthOneHalvesTheRateAndDepthTwoDoesNot) {
  EXPECT_EQ(run_stream({1, 1}, ones(4), ones(4)).streams[0].pops, (Edges{2, 4, 6, 8}));
  EXPECT_EQ(run_stream({2, 1}, ones(4), ones(4)).streams[0].pops, (Edges{2, 3, 4, 5}));
}

TEST(OracleStream, WordsInFlightAddToTheCapacity) {
  const Result result = run_stream({1, 3}, ones(5), {10, 1, 1, 1, 1});
  EXPECT_EQ(result.streams[0].pushes, (Edges{1, 2, 3, 5, 15}));
  EXPECT_EQ(result.streams[0].pops, (Edges{4, 14, 15, 16, 18}));
}

TEST(OracleStream, StarvedWaitIsBookedOnlyAfterTheFirstWord) {
  const Result result = run_stream({2, 1}, {5, 4}, {1, 1});
  EXPECT_EQ(result.streams[0].pops, (Edges{6, 10}));
  expect_accounts(result.processes[1][0], 2, 3, 0, 6);
  EXPECT_EQ(result.processes[1][0].starved_by, (std::vector<std::uint64_t>{3}));
}

TEST(OracleFork, PushesToAllAtOneEdgeAndBooksTheSlowOne) {
  Netlist netlist;
  netlist.streams = {{2, 1}, {1, 1}, {1, 1}};
  netlist.modules = {SourceSpec{0, ones(4)}, ForkSpec{0, {1, 2}, 4}, SinkSpec{1, ones(4)}, SinkSpec{2, {4, 4, 4, 4}}};
  const Result result = run(netlist, kLimit);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 5, 9}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 5, 9, 13}));
  EXPECT_EQ(result.streams[2].pushes, (Edges{3, 5, 9, 13}));
  // The first of the waits is a tie, which the lower port gets.
  EXPECT_EQ(result.processes[1][0].blocked_by, (std::vector<std::uint64_t>{1, 6}));
}

TEST(OracleAdd, PopsAllAtOneEdgeAndBooksTheLastToCome) {
  const auto run_add = [](Times a, Times b) {
    Netlist netlist;
    netlist.streams = {{2, 1}, {2, 1}, {2, 1}};
    netlist.modules = {SourceSpec{0, std::move(a)}, SourceSpec{1, std::move(b)}, AddSpec{{0, 1}, 2, 2},
                       SinkSpec{2, ones(2)}};
    return run(netlist, kLimit);
  };
  const Result late = run_add({1, 1}, {5, 4});
  EXPECT_EQ(late.streams[0].pops, (Edges{6, 10}));
  EXPECT_EQ(late.streams[1].pops, (Edges{6, 10}));
  EXPECT_EQ(late.streams[2].pushes, (Edges{7, 11}));
  EXPECT_EQ(late.processes[2][0].starved_by, (std::vector<std::uint64_t>{0, 3}));
  const Result tie = run_add({1, 8}, {5, 4});
  EXPECT_EQ(tie.processes[2][0].starved_by, (std::vector<std::uint64_t>{3, 0}));
}

// Two pixels, `beats` words a pixel of each of two inputs.
Result run_concat(Times a, Times b, std::vector<std::uint32_t> beats) {
  Netlist netlist;
  netlist.streams = {{2, 1}, {2, 1}, {100, 1}};
  const std::size_t words = a.size() + b.size();
  netlist.modules = {SourceSpec{0, std::move(a)}, SourceSpec{1, std::move(b)},
                     ConcatSpec{{0, 1}, 2, 2, std::move(beats)}, SinkSpec{2, ones(words)}};
  return run(netlist, kLimit);
}

TEST(OracleConcat, TakesOneInputAfterTheOther) {
  const Result result = run_concat(ones(4), ones(2), {2, 1});
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 5, 6}));
  EXPECT_EQ(result.streams[1].pops, (Edges{4, 7}));
  EXPECT_EQ(result.streams[2].pushes, (Edges{3, 4, 5, 6, 7, 8}));
}

TEST(OracleConcat, WaitsForTheInputWhoseTurnItIsAndBooksIt) {
  const Result result = run_concat(ones(4), {20, 1}, {2, 1});
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 22, 23}));
  EXPECT_EQ(result.streams[1].pops, (Edges{21, 24}));
  EXPECT_EQ(result.processes[2][0].starved_by, (std::vector<std::uint64_t>{0, 17}));
  expect_accounts(result.processes[2][0], 6, 17, 0, result.total - 23);
}

TEST(OraclePool, TakesAWindowAnEdge) {
  const Result result = run_alone(PoolSpec{0, 0, 2}, 4, 4, 2);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 4, 5, 6}));
}

TEST(OraclePointwise, TakesAWordAnEdge) {
  const Result result = run_alone(PointwiseSpec{0, 0, 3}, 6, 6, 2);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 4, 5, 6, 7, 8}));
}

TEST(OracleSubsample, KeepsMultiplesOfTheStride) {
  const Result result = run_alone(SubsampleSpec{0, 0, {3, 3, 1, 1}, 2}, 9, 4);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 5, 9, 11}));
}

TEST(OracleSubsample, KeepsAllBeatsOfAPixel) {
  const Result result = run_alone(SubsampleSpec{0, 0, {1, 3, 4, 2}, 2}, 6, 4);
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 4, 7, 8}));
}

TEST(OracleChannelPad, PadsWithoutWaitingForAWord) {
  const Result result = run_alone(ChannelPadSpec{0, 0, {1, 2, 1, 1}, 1, 2}, 2, 8);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 6}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{1, 3, 4, 5, 6, 7, 8, 9}));
  expect_accounts(result.processes[1][0], 8, 0, 0, 3);  // idle for one edge before its first word
}

TEST(OracleRebundle, FourToOne) {
  const Result result = run_alone(RebundleSpec{0, 0, {1, 2, 4, 4}, 1}, 2, 8);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 6}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 4, 5, 6, 7, 8, 9, 10}));
  expect_accounts(result.processes[1][0], 8, 0, 0, 4);  // held by one push an edge: busy
}

TEST(OracleRebundle, OneToFour) {
  const Result result = run_alone(RebundleSpec{0, 0, {1, 2, 4, 1}, 4}, 8, 2);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{6, 10}));
}

TEST(OracleRebundle, ThreeToTwo) {
  const Result result = run_alone(RebundleSpec{0, 0, {1, 2, 6, 3}, 2}, 4, 6);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 5, 6}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 4, 5, 6, 7, 8}));
}

TEST(OracleRebundle, SecondPushWaitsForItsTurnThenForRoom) {
  Netlist netlist;
  netlist.streams = {{2, 1}, {1, 1}};
  netlist.modules = {SourceSpec{0, ones(1)}, RebundleSpec{0, 1, {1, 1, 2, 2}, 1}, SinkSpec{1, ones(2)}};
  const Result result = run(netlist, kLimit);
  EXPECT_EQ(result.streams[1].pushes, (Edges{3, 5}));
  expect_accounts(result.processes[1][0], 2, 0, 1, 4);
}

TEST(OracleGlobalPool, PushesTheBeatsOfTheLastPixel) {
  const Result result = run_alone(GlobalPoolSpec{0, 0, {2, 1, 2, 1}}, 8, 4, 2);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{5, 6, 9, 10}));
}

TEST(OracleSlidingWindow, WalksPaddingWithoutWaiting) {
  const Result result = run_alone(SlidingWindowSpec{0, 0, {2, 2, 1, 1}, 3, 1, 1, 1, 1, 1}, 8, 8, 2);
  EXPECT_EQ(result.streams[0].pops, (Edges{5, 6, 9, 10, 21, 22, 25, 26}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{11, 12, 15, 16, 27, 28, 31, 32}));
}

TEST(OracleSlidingWindow, WalksPositionsBehindTheLastWindow) {
  const Result result = run_alone(SlidingWindowSpec{0, 0, {2, 3, 1, 1}, 2, 2, 0, 0, 0, 0}, 12, 2, 2);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{7, 13}));
  EXPECT_EQ(result.processes[1][0].last_edge, 14U);
}

TEST(OracleSlidingWindow, EachPadCountsOnItsOwnSide) {
  // Padded 3 x 3: a row of padding on top, a column at the right. Windows at (1,1), (1,2), (2,1), (2,2).
  const Result result = run_alone(SlidingWindowSpec{0, 0, {2, 2, 1, 1}, 2, 1, 1, 0, 0, 1}, 4, 4);
  EXPECT_EQ(result.streams[0].pops, (Edges{3, 4, 6, 7}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{5, 6, 8, 9}));
}

struct ArrayCase {
  std::uint32_t queue = 100;
  std::uint32_t units = 1;
  std::uint32_t accumulations = 1;
  std::uint32_t windows = 1;
  std::uint32_t results = 1;
  std::uint32_t buffers = 100;
  bool lock_step = false;
  std::uint32_t latency = 1;
  Times service;
};

Result run_array(const ArrayCase& c) {
  Netlist netlist;
  netlist.streams = {{c.queue, 1}, {100, c.latency}};
  const std::size_t in = std::size_t{c.accumulations} * c.windows;
  const std::size_t out = std::size_t{c.accumulations} * c.results;
  netlist.modules = {
      SourceSpec{0, ones(in)},
      DotArraySpec{0, 1, c.units, c.accumulations, c.windows, c.results, c.buffers, c.lock_step, c.service},
      SinkSpec{1, ones(out)}};
  return run(netlist, kLimit);
}

TEST(OracleDotArray, LockStepTakesTheSumOfTheMaxima) {
  const ArrayCase lock_step{
      .units = 3, .accumulations = 4, .lock_step = true, .service = {1, 2, 3, 5, 1, 1, 1, 1, 1, 2, 9, 4}};
  const Result result = run_array(lock_step);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 5, 10, 11}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{6, 11, 12, 21}));  // 2 + 3 + 5 + 1 + 9, and one for the drain
  EXPECT_EQ(result.processes[1][1].last_edge, 20U);
  expect_accounts(result.processes[1][0], 9, 2, 0, 12);  // it waits for the others at edges 3 and 4
}

TEST(OracleDotArray, UnboundedQueueTakesTheMaximumOfTheSums) {
  ArrayCase unbounded{.units = 3, .accumulations = 4, .service = {1, 2, 3, 5, 1, 1, 1, 1, 1, 2, 9, 4}};
  const Result result = run_array(unbounded);
  EXPECT_EQ(result.processes[1][0].last_edge, 2U + 9U);
  EXPECT_EQ(result.processes[1][1].last_edge, 2U + 13U);
  EXPECT_EQ(result.processes[1][2].last_edge, 2U + 9U);
  EXPECT_EQ(result.streams[1].pushes, (Edges{6, 9, 10, 16}));
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 5, 8, 9}));
}

TEST(OracleDotArray, QueueSlotIsFreedByTheSlowestUnit) {
  ArrayCase one{.queue = 1, .units = 2, .accumulations = 3, .service = {1, 5, 1, 1, 1, 1}};
  const Result result = run_array(one);
  EXPECT_EQ(result.streams[0].pushes, (Edges{1, 3, 8}));
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 7, 9}));
  one.queue = 2;
  const Result two = run_array(one);
  EXPECT_EQ(two.streams[0].pushes, (Edges{1, 2, 3}));
  EXPECT_EQ(two.streams[0].pops, (Edges{2, 7, 8}));
}

TEST(OracleDotArray, OneBankStopsTheUnitsWhileTheDrainEmptiesIt) {
  const ArrayCase one{.accumulations = 3, .results = 3, .buffers = 1, .service = {2, 2, 2}};
  const Result result = run_array(one);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 7, 12}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{5, 6, 7, 10, 11, 12, 15, 16, 17}));
  expect_accounts(result.processes[1][0], 6, 0, 9, 4);
  EXPECT_EQ(result.processes[1][0].last_edge, 17U);
}

TEST(OracleDotArray, TwoBanksLetTheUnitsRunAhead) {
  const ArrayCase two{.accumulations = 3, .results = 3, .buffers = 2, .service = {2, 2, 2}};
  const Result result = run_array(two);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 4, 7}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{5, 6, 7, 8, 9, 10, 11, 12, 13}));
  expect_accounts(result.processes[1][0], 6, 0, 2, 7);
  // Unit held at edges 6 and 9; the drain is never without sums, and is held by its own rate.
  expect_accounts(result.processes[1][1], 8, 0, 0, 7);
}

TEST(OracleDotArray, DrainWaitsForTheSlowestUnit) {
  const ArrayCase slow{.units = 2, .accumulations = 2, .results = 2, .buffers = 2, .service = {1, 4, 1, 4}};
  const Result result = run_array(slow);
  EXPECT_EQ(result.streams[1].pushes, (Edges{7, 8, 11, 12}));
  expect_accounts(result.processes[1][2], 2, 3, 0, result.total - 5);
}

TEST(OracleDotArray, WindowsAddUpToOneAccumulation) {
  const ArrayCase deep{.accumulations = 2, .windows = 3, .buffers = 2, .latency = 5, .service = {2, 1, 1, 3, 1, 1}};
  const Result result = run_array(deep);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 4, 5, 6, 9, 10}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{7, 12}));
  EXPECT_EQ(result.streams[1].pops, (Edges{12, 17}));
}

TEST(OracleMemory, ReaderBurstsFollowBandwidthAndLatency) {
  for (const std::uint32_t outstanding : {1U, 2U}) {
    Netlist netlist;
    netlist.memory = {4, 10, 8};
    netlist.streams = {{outstanding, 1}, {2, 1}};
    netlist.modules = {DmaReaderSpec{0, 1, 4, 4}, SinkSpec{1, ones(4)}};
    const Result result = run(netlist, kLimit);
    EXPECT_EQ(result.streams[0].pushes, (outstanding == 1 ? Edges{0, 2} : Edges{0, 1}));
    EXPECT_EQ(result.streams[0].pops, (Edges{1, 13}));
    EXPECT_EQ(result.streams[1].pushes, (Edges{12, 13, 14, 15}));
    // Its own rate holds it between its pushes, at 14 as well, where there is no room either.
    expect_accounts(result.processes[0][1], 2, 11 + 1, 0, 3);
  }
}

TEST(OracleMemory, LastBurstOfAnImageIsShorter) {
  Netlist netlist;
  netlist.images = 2;
  netlist.memory = {4, 0, 8};
  netlist.streams = {{8, 1}, {2, 1}};
  netlist.modules = {DmaReaderSpec{0, 1, 4, 3}, SinkSpec{1, ones(6)}};
  const Result result = run(netlist, kLimit);
  EXPECT_EQ(result.streams[0].pushes, (Edges{0, 1, 2, 3}));
  EXPECT_EQ(result.streams[0].pops, (Edges{1, 3, 4, 6}));
  // Done at 2, 3, 5 and 6.
  EXPECT_EQ(result.streams[1].pushes, (Edges{2, 3, 4, 5, 6, 7}));
}

TEST(OracleMemory, WriterWaitsForCreditAndForItsLastBurst) {
  Netlist netlist;
  netlist.memory = {4, 10, 8};
  netlist.streams = {{2, 1}, {1, 1}};
  netlist.modules = {SourceSpec{0, ones(4)}, DmaWriterSpec{0, 1, 4, 4}};
  const Result result = run(netlist, kLimit);
  EXPECT_EQ(result.streams[0].pops, (Edges{2, 3, 4, 5}));
  EXPECT_EQ(result.streams[1].pushes, (Edges{4, 6}));
  EXPECT_EQ(result.streams[1].pops, (Edges{5, 7}));
  EXPECT_EQ(result.total, 29U);
  expect_accounts(result.processes[1][1], 2, 1, 21, 5);
}

TEST(OracleMemory, ReaderGoesFirstAtTheSameEdge) {
  Netlist netlist;
  netlist.memory = {4, 0, 4};
  netlist.streams = {{8, 1}, {2, 1}, {2, 1}, {2, 1}};
  netlist.modules = {DmaReaderSpec{0, 1, 4, 6}, SinkSpec{1, ones(6)}, SourceSpec{2, ones(1)},
                     DmaWriterSpec{2, 3, 4, 1}};
  for (int order = 0; order < 2; ++order) {
    const Result result = run(netlist, kLimit);
    EXPECT_EQ(result.streams[3].pops, Edges{4});
    EXPECT_EQ(result.streams[1].pushes, (Edges{1, 2, 3, 4, 5, 7}));
    std::reverse(netlist.modules.begin(), netlist.modules.end());
  }
}

// Fork -> Add directly, and by way of a window that needs all four words of its map before it gives one.
Netlist skip_block(std::uint32_t skip_depth) {
  Netlist netlist;
  netlist.images = 2;
  netlist.streams = {{1, 1}, {2, 1}, {skip_depth, 1}, {2, 1}, {2, 1}};
  netlist.modules = {SourceSpec{0, ones(8)}, ForkSpec{0, {1, 2}, 4},
                     SlidingWindowSpec{1, 3, {2, 2, 1, 1}, 3, 1, 1, 1, 1, 1}, AddSpec{{2, 3}, 4, 4},
                     SinkSpec{4, ones(8)}};
  return netlist;
}

TEST(OracleDeadlock, ShallowSkipIsNamedWithAllWhoWait) {
  const Result result = run(skip_block(3), kLimit);
  ASSERT_EQ(result.outcome, Outcome::kDeadlock);
  const std::vector<Waiting> expected = {{0, 0, Want::kRoom, 0},
                                         {1, 0, Want::kRoom, 2},
                                         {2, 0, Want::kWord, 1},
                                         {3, 0, Want::kWord, 3},
                                         {4, 0, Want::kWord, 4}};
  EXPECT_EQ(result.waiting, expected);
  EXPECT_EQ(result.streams[2].pushes.size(), 3U);
  EXPECT_TRUE(result.streams[2].pops.empty());
}

TEST(OracleDeadlock, OneWordMoreOfDepthFreesIt) {
  const Result result = run(skip_block(4), kLimit);
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  EXPECT_TRUE(result.waiting.empty());
}

TEST(OracleDeadlock, LongWaitIsNone) {
  EXPECT_EQ(run_stream({1, 64}, {5000}, {5000}).outcome, Outcome::kCompleted);
}

TEST(OracleRun, StopsAtTheEdgeLimit) {
  Netlist netlist = skip_block(4);
  EXPECT_EQ(run(netlist, 10).outcome, Outcome::kEdgeLimit);
}

TEST(OracleRun, RefusesIllegalNetlists) {
  Netlist unread;
  unread.streams = {{1, 1}};
  unread.modules = {SourceSpec{0, ones(1)}};
  EXPECT_THROW(run(unread, kLimit), std::invalid_argument);
  EXPECT_THROW(run_stream({1, 1}, {0}, {1}), std::invalid_argument);
  EXPECT_THROW(run_stream({0, 1}, {1}, {1}), std::invalid_argument);
  EXPECT_THROW(run_stream({1, 0}, {1}, {1}), std::invalid_argument);
  EXPECT_THROW(run_array({.units = 2, .service = {1}}), std::invalid_argument);
  EXPECT_THROW(run_array({.units = 2, .service = {1, 0}}), std::invalid_argument);
  EXPECT_THROW(run_concat(ones(2), ones(2), {1}), std::invalid_argument);
  EXPECT_THROW(run_concat(ones(2), ones(2), {1, 0}), std::invalid_argument);
  EXPECT_THROW(run_alone(RebundleSpec{0, 0, {1, 1, 4, 4}, 3}, 1, 1), std::invalid_argument);
}

}  // namespace
}  // namespace millrace::oracle
