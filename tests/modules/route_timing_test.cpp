// Edges of the modules that route words, and of the walker, by hand from the contracts. Words come at 2, 3, 4, ...; the
// stream behind the module is deep.
#include <gtest/gtest.h>

#include "modules/engine/global_pool.hpp"
#include "modules/engine/pool.hpp"
#include "modules/engine/sliding_window.hpp"
#include "modules/route/add.hpp"
#include "modules/route/channel_pad.hpp"
#include "modules/route/concat.hpp"
#include "modules/route/fork.hpp"
#include "modules/route/rebundle.hpp"
#include "modules/route/subsample.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

struct EdgesOfOne {
  Edges pops;
  Edges pushes;
  friend bool operator==(const EdgesOfOne&, const EdgesOfOne&) = default;
};

template <template <typename> class Kind, typename Parameters>
EdgesOfOne run(const Parameters& parameters, std::size_t words_in, std::size_t words_out, std::int64_t images = 1) {
  Graph<Timing> graph;
  const auto in = graph.stream(2);
  const auto out = graph.stream(100);
  graph.add_source(in, ServiceTimes(words_in, 1));
  graph.add<Kind>({in}, {out}, parameters, Images{images});
  graph.add_sink(out, ServiceTimes(words_out, 1));
  const Outcome outcome = WorklistGraph(graph).run(Pace::kRunAhead);
  EXPECT_TRUE(outcome.completed);
  return {outcome.streams[in].pops, outcome.streams[out].pushes};
}

TEST(RouteTiming, ForkTakesAWordAnEdge) {
  EXPECT_EQ(run<Fork>(ForkParameters{2}, 4, 4, 2), (EdgesOfOne{{2, 3, 4, 5}, {3, 4, 5, 6}}));
}

TEST(RouteTiming, AddTakesAWordAnEdge) {
  EXPECT_EQ(run<Add>(AddParameters{2}, 4, 4, 2), (EdgesOfOne{{2, 3, 4, 5}, {3, 4, 5, 6}}));
}

/// Two pixels, two words of the first input and one of the second.
Outcome run_concat(const ServiceTimes& first, const ServiceTimes& second) {
  Graph<Timing> graph;
  const auto a = graph.stream(2);
  const auto b = graph.stream(2);
  const auto out = graph.stream(100);
  graph.add_source(a, first);
  graph.add_source(b, second);
  graph.add<Concat>({a, b}, {out}, ConcatParameters{2, {2, 1}}, Images{1});
  graph.add_sink(out, ServiceTimes(6, 1));
  return WorklistGraph(graph).run(Pace::kRunAhead);
}

TEST(RouteTiming, ConcatTakesAWordAnEdgeFromOneInputAfterTheOther) {
  const Outcome outcome = run_concat(ServiceTimes(4, 1), ServiceTimes(2, 1));
  EXPECT_EQ(outcome.streams[0].pops, (Edges{2, 3, 5, 6}));
  EXPECT_EQ(outcome.streams[1].pops, (Edges{4, 7}));
  EXPECT_EQ(outcome.streams[2].pushes, (Edges{3, 4, 5, 6, 7, 8}));
}

TEST(RouteTiming, ConcatWaitsForTheInputWhoseTurnItIs) {
  const Outcome outcome = run_concat(ServiceTimes(4, 1), {20, 1});
  EXPECT_EQ(outcome.streams[0].pops, (Edges{2, 3, 22, 23}));
  EXPECT_EQ(outcome.streams[1].pops, (Edges{21, 24}));
  const Accounts& accounts = outcome.accounts[2].rows[0].total;
  EXPECT_EQ(accounts.busy, Cycles{6});
  EXPECT_EQ(accounts.starved, (std::vector<Cycles>{Cycles{0}, Cycles{17}}));
}

TEST(RouteTiming, PoolTakesAWindowAnEdge) {
  const PoolParameters parameters{{5, 3, 3, 2, 0, 0, 0, 0}, 2, 1, PoolKind::kMax, {0, 5, 0, 3}};
  EXPECT_EQ(run<Pool>(parameters, 8, 8, 2), (EdgesOfOne{{2, 3, 4, 5, 6, 7, 8, 9}, {3, 4, 5, 6, 7, 8, 9, 10}}));
}

TEST(RouteTiming, PointwiseTakesAWordAnEdge) {
  Graph<Timing> graph;
  const auto in = graph.stream(2);
  const auto out = graph.stream(100);
  graph.add_source(in, {1, 1, 5, 1});
  graph.add_pointwise(in, out, PointwiseParameters{2}, Images{2});
  graph.add_sink(out, ServiceTimes(4, 1));
  const Outcome outcome = WorklistGraph(graph).run(Pace::kRunAhead);
  EXPECT_EQ(outcome.streams[in].pops, (Edges{2, 3, 8, 9}));
  EXPECT_EQ(outcome.streams[out].pushes, (Edges{3, 4, 9, 10}));
}

TEST(RouteTiming, SubsampleTakesAWordAnEdgeAndPushesWhatItKeeps) {
  // Rows and columns 0 and 2 of 3, two beats.
  EXPECT_EQ(run<Subsample>(SubsampleParameters{3, 3, 2, 2}, 18, 8).pushes, (Edges{3, 4, 7, 8, 15, 16, 19, 20}));
}

TEST(RouteTiming, ChannelPadMakesAWordAnEdge) {
  // A word of zeros before the two of data, two behind them. The first is made before there is data.
  EXPECT_EQ(run<ChannelPad>(ChannelPadParameters{2, 1, 1, 2, 2}, 4, 10),
            (EdgesOfOne{{2, 3, 7, 8}, {1, 3, 4, 5, 6, 7, 8, 9, 10, 11}}));
}

TEST(RouteTiming, RebundleTakesTheWiderSidesTime) {
  EXPECT_EQ(run<Rebundle>(RebundleParameters{2, 4, 1, 2}, 8, 4), (EdgesOfOne{{2, 3, 4, 5, 6, 7, 8, 9}, {4, 6, 8, 10}}));
  // Pops at the edge of the last push from what is in store.
  EXPECT_EQ(run<Rebundle>(RebundleParameters{2, 4, 4, 2}, 2, 4), (EdgesOfOne{{2, 4}, {3, 4, 5, 6}}));
  EXPECT_EQ(run<Rebundle>(RebundleParameters{1, 6, 2, 3}, 3, 2), (EdgesOfOne{{2, 3, 4}, {4, 5}}));
  EXPECT_EQ(run<Rebundle>(RebundleParameters{1, 6, 3, 2}, 2, 3), (EdgesOfOne{{2, 3}, {3, 4, 5}}));
}

TEST(RouteTiming, GlobalPoolPushesEachBeatOfTheLastPixel) {
  EXPECT_EQ(run<GlobalPool>(GlobalPoolParameters{3, 2}, 12, 4, 2),
            (EdgesOfOne{{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {7, 8, 13, 14}}));
}

TEST(RouteTiming, SlidingWindowWalksEveryPositionInAnEdge) {
  // 2 x 2 pixels, a row above and a column to the right: positions (row, column) of 3 x 3, windows of 2 x 2.
  const WindowShape shape{2, 2, 2, 1, 1, 0, 0, 1};
  // Three positions of padding are walked by edge 3; pixels at (1,0), (1,1), (2,0), (2,1); the next image at once.
  EXPECT_EQ(run<SlidingWindow>(SlidingWindowParameters{shape, 1, 1}, 8, 8, 2),
            (EdgesOfOne{{3, 4, 6, 7, 12, 13, 15, 16}, {5, 6, 8, 9, 14, 15, 17, 18}}));
}

TEST(RouteTiming, SlidingWindowWaitsForPixelsAndNotForPadding) {
  // 1 x 2 pixels and a column on each side, windows of one position.
  const WindowShape shape{1, 2, 1, 1, 0, 1, 0, 1};
  Graph<Timing> graph;
  const auto in = graph.stream(2);
  const auto out = graph.stream(100);
  graph.add_source(in, {1, 1, 20, 1});
  graph.add<SlidingWindow>({in}, {out}, SlidingWindowParameters{shape, 1, 1}, Images{2});
  graph.add_sink(out, ServiceTimes(8, 1));
  const Outcome outcome = WorklistGraph(graph).run(Pace::kRunAhead);
  // The tail of the first image and the head of the second are walked while the second image's pixels are awaited.
  EXPECT_EQ(outcome.streams[out].pushes, (Edges{1, 3, 4, 5, 6, 24, 25, 26}));
}

}  // namespace
}  // namespace millrace
