// The rules of pop, work and push, as processes keep them: tiny bodies between streams of every depth and latency.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

constexpr Pace kPaces[] = {Pace::kRunAhead, Pace::kTakeTurns};

Outcome run(std::int64_t depth, std::int64_t latency, const ServiceTimes& source, const ServiceTimes& sink, Pace pace) {
  Graph<Timing> graph;
  const auto stream = graph.stream(depth, latency);
  graph.add_source(stream, source);
  graph.add_sink(stream, sink);
  return WorklistGraph(graph).run(pace);
}

/// Pops before it works: a word is asked for long before it comes, so that the process is suspended at it.
TEST(StreamProcess, ReaderThatWaitsGetsTheWordAtItsEdge) {
  for (const Pace pace : kPaces) {
    for (std::int64_t latency = 1; latency <= 8; ++latency) {
      const Outcome outcome = run(2, latency, {5, 20}, {1, 1}, pace);
      EXPECT_TRUE(outcome.completed);
      EXPECT_EQ(outcome.streams[0].pushes, (Edges{5, 25}));
      EXPECT_EQ(outcome.streams[0].pops, (Edges{5 + latency, 25 + latency}));
      EXPECT_EQ(outcome.end, 26 + latency);
    }
  }
}

TEST(StreamProcess, WriterThatWaitsGetsTheSlotTheEdgeAfterItsWordIsPopped) {
  for (const Pace pace : kPaces) {
    for (std::int64_t depth = 1; depth <= 16; ++depth) {
      for (std::int64_t latency = 1; latency <= 8; ++latency) {
        const std::int64_t capacity = depth + latency - 1;
        const std::size_t words = static_cast<std::size_t>(capacity) + 2;
        const Outcome outcome = run(depth, latency, ServiceTimes(words, 1), ServiceTimes(words, 100), pace);
        const StreamEdges& edges = outcome.streams[0];
        EXPECT_TRUE(outcome.completed);
        for (std::int64_t word = 0; word < capacity; ++word) {
          EXPECT_EQ(edges.pushes[static_cast<std::size_t>(word)], word + 1);
        }
        EXPECT_EQ(edges.pops[0], 1 + latency);
        EXPECT_EQ(edges.pops[1], 101 + latency);
        // The first pop may free its slot before the writer needs it.
        EXPECT_EQ(edges.pushes[words - 2], std::max(capacity + 1, 2 + latency));
        EXPECT_EQ(edges.pushes[words - 1], 102 + latency);
        EXPECT_EQ(outcome.high_water[0], capacity);
      }
    }
  }
}

TEST(StreamProcess, DepthOneGivesAWordEverySecondEdgeAndDepthTwoEveryEdge) {
  for (const Pace pace : kPaces) {
    EXPECT_EQ(run(1, 1, {1, 1, 1}, {1, 1, 1}, pace).streams[0], (StreamEdges{{1, 3, 5}, {2, 4, 6}}));
    EXPECT_EQ(run(2, 1, {1, 1, 1}, {1, 1, 1}, pace).streams[0], (StreamEdges{{1, 2, 3}, {2, 3, 4}}));
    EXPECT_EQ(run(1, 2, {1, 1, 1}, {1, 1, 1}, pace).streams[0], (StreamEdges{{1, 2, 4}, {3, 4, 6}}));
  }
}

/// Two words in, one out, with no work between the actions: nothing but the ports holds it up.
class Halve final : public Module {
 public:
  Halve(std::string name, std::int64_t pairs, Ends<Timing> ends)
      : Module(std::move(name), "Halve"), pairs_(pairs), in_(*ends.in.at(0)), out_(*ends.out.at(0)) {
    add_process({&in_}, {&out_}, [this](Process& self) { return halve(self); });
  }

 private:
  Body halve(Process& self) {
    for (std::int64_t pair = 0; pair < pairs_; ++pair) {
      co_await self.pop(in_);
      co_await self.pop(in_);
      co_await self.push(out_, {});
      co_await self.push(out_, {});
    }
  }

  std::int64_t pairs_;
  Stream<Timing>& in_;
  Stream<Timing>& out_;
};

TEST(StreamProcess, EachPortMovesOneWordAnEdge) {
  for (const Pace pace : kPaces) {
    Stream<Timing> in("in", Depth{8}, Cycles{1});
    Stream<Timing> out("out", Depth{8}, Cycles{1});
    EdgeLog in_log;
    EdgeLog out_log;
    in.observe(in_log);
    out.observe(out_log);
    for (std::int64_t word = 0; word < 4; ++word) {
      in.push(Cycle{word}, {});
    }
    Halve halve("halve", 2, {{&in}, {&out}});
    Process* const process = halve.processes()[0].get();
    ASSERT_TRUE(Worklist().run({&process, 1}, pace));
    // Pops at 1 and 2, the first push at the edge of the second pop, the next pop at the edge of the second push.
    EXPECT_EQ(in_log.edges().pops, (Edges{1, 2, 3, 4}));
    EXPECT_EQ(out_log.edges().pushes, (Edges{2, 3, 4, 5}));
    // First word at 1; held by its ports alone from there on.
    EXPECT_EQ(process->accounts().busy, Cycles{4});
    EXPECT_EQ(process->accounts().total_starved(), Cycles{0});
  }
}

/// Pops from two inputs at one edge and pushes to two outputs at one edge, with no work between.
class Cross final : public Module {
 public:
  Cross(std::string name, std::int64_t words, Ends<Timing> ends)
      : Module(std::move(name), "Cross"), words_(words), in_(std::move(ends.in)), out_(std::move(ends.out)) {
    add_process(ports(in_), ports(out_), [this](Process& self) { return cross(self); });
  }

 private:
  Body cross(Process& self) {
    for (std::int64_t word = 0; word < words_; ++word) {
      for (Stream<Timing>* in : in_) {
        co_await self.known(*in);
      }
      self.wait_for_words(self.inputs());
      for (Stream<Timing>* in : in_) {
        in->pop(self.now());
      }
      for (Stream<Timing>* out : out_) {
        co_await self.room(*out);
      }
      self.wait_for_room(self.outputs());
      for (Stream<Timing>* out : out_) {
        out->push(self.now(), {});
      }
    }
  }

  std::int64_t words_;
  std::vector<Stream<Timing>*> in_;
  std::vector<Stream<Timing>*> out_;
};

TEST(StreamProcess, SeveralPortsMoveAtTheOneEdgeAtWhichAllAreReady) {
  for (const Pace pace : kPaces) {
    Graph<Timing> graph;
    const auto a = graph.stream(8);
    const auto b = graph.stream(8, 3);
    const auto c = graph.stream(1);
    const auto d = graph.stream(8);
    graph.add_source(a, {1, 1, 7, 1, 1});  // there at 2, 3, 10, 11, 12
    graph.add_source(b, {1, 1, 1, 1, 9});  // there at 4, 5, 6, 7, 16
    graph.add_module({a, b}, {c, d},
                     [](Site<Timing> site) { return std::make_unique<Cross>(site.name, 5, std::move(site.ends)); });
    graph.add_sink(c, {1, 1, 1, 1, 1});  // a word every second edge
    graph.add_sink(d, {1, 1, 1, 1, 1});
    const Outcome outcome = WorklistGraph(graph).run(pace);
    ASSERT_TRUE(outcome.completed);
    EXPECT_EQ(outcome.streams[a].pops, (Edges{4, 5, 10, 11, 16}));
    EXPECT_EQ(outcome.streams[b].pops, outcome.streams[a].pops);
    EXPECT_EQ(outcome.streams[c].pushes, (Edges{4, 6, 10, 12, 16}));
    EXPECT_EQ(outcome.streams[d].pushes, outcome.streams[c].pushes);
  }
}

TEST(StreamProcess, SeveralPortsMoveOneWordAnEdge) {
  for (const Pace pace : kPaces) {
    Graph<Timing> graph;
    const auto a = graph.stream(8);
    const auto b = graph.stream(8);
    const auto c = graph.stream(8);
    const auto d = graph.stream(8);
    graph.add_source(a, {1, 1, 1, 1});
    graph.add_source(b, {20, 1, 1, 1});
    graph.add_module({a, b}, {c, d},
                     [](Site<Timing> site) { return std::make_unique<Cross>(site.name, 4, std::move(site.ends)); });
    graph.add_sink(c, {1, 1, 1, 1});
    graph.add_sink(d, {1, 1, 1, 1});
    const Outcome outcome = WorklistGraph(graph).run(pace);
    ASSERT_TRUE(outcome.completed);
    EXPECT_EQ(outcome.streams[a].pops, (Edges{21, 22, 23, 24}));
    EXPECT_EQ(outcome.streams[d].pushes, (Edges{21, 22, 23, 24}));
    // Held by its ports alone behind the first word.
    EXPECT_EQ(figures({outcome.accounts[2]}), (std::vector<std::int64_t>{3, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  }
}

/// Moves a word through one port alone, then a word through both.
class Uneven final : public Module {
 public:
  Uneven(std::string name, std::int64_t words, Ends<Timing> ends)
      : Module(std::move(name), "Uneven"), words_(words), in_(std::move(ends.in)), out_(std::move(ends.out)) {
    add_process(ports(in_), ports(out_), [this](Process& self) { return move(self); });
  }

 private:
  Body move(Process& self) {
    for (std::int64_t word = 0; word < words_; ++word) {
      co_await self.pop(*in_[0]);
      co_await self.known(*in_[0]);
      co_await self.known(*in_[1]);
      self.wait_for_words(self.inputs());
      in_[0]->pop(self.now());
      in_[1]->pop(self.now());
      co_await self.push(*out_[1], {});
      co_await self.room(*out_[0]);
      co_await self.room(*out_[1]);
      self.wait_for_room(self.outputs());
      out_[0]->push(self.now(), {});
      out_[1]->push(self.now(), {});
    }
  }

  std::int64_t words_;
  std::vector<Stream<Timing>*> in_;
  std::vector<Stream<Timing>*> out_;
};

TEST(StreamProcess, SeveralPortsWaitForThePortThatMovedLast) {
  for (const Pace pace : kPaces) {
    Graph<Timing> graph;
    const auto a = graph.stream(8);
    const auto b = graph.stream(8);
    const auto c = graph.stream(8);
    const auto d = graph.stream(8);
    graph.add_source(a, {1, 1, 1, 1});  // there long before they are needed
    graph.add_source(b, {20, 1});       // there at 21 and 22
    graph.add_module({a, b}, {c, d},
                     [](Site<Timing> site) { return std::make_unique<Uneven>(site.name, 2, std::move(site.ends)); });
    graph.add_sink(c, {1, 1});
    graph.add_sink(d, {1, 1, 1, 1});
    const Outcome outcome = WorklistGraph(graph).run(pace);
    ASSERT_TRUE(outcome.completed);
    EXPECT_EQ(outcome.streams[a].pops, (Edges{2, 21, 22, 23}));
    EXPECT_EQ(outcome.streams[b].pops, (Edges{21, 23}));
    EXPECT_EQ(outcome.streams[d].pushes, (Edges{21, 22, 23, 24}));
    EXPECT_EQ(outcome.streams[c].pushes, (Edges{22, 24}));
    // One word in: waits for b until 21. Then held by its ports alone.
    EXPECT_EQ(outcome.accounts[2].rows[0].total.busy, Cycles{4});
    EXPECT_EQ(outcome.accounts[2].rows[0].total.total_starved(), Cycles{18});
  }
}

TEST(StreamProcess, WorklistReportsWhatCannotFinish) {
  for (const Pace pace : kPaces) {
    EXPECT_FALSE(run(1, 1, {1}, {1, 1}, pace).completed);
    EXPECT_FALSE(run(1, 1, {1, 1, 1}, {1}, pace).completed);
  }
}

/// The plainest model of a stream: the rules of push and pop over full lists of edges.
StreamEdges recurrence(std::size_t capacity, std::int64_t latency, const ServiceTimes& source,
                       const ServiceTimes& sink) {
  StreamEdges edges;
  std::int64_t writer = 0;
  std::int64_t reader = 0;
  for (std::size_t k = 0; k < source.size(); ++k) {
    const std::int64_t freed = k < capacity ? 0 : edges.pops[k - capacity] + 1;
    const std::int64_t after_last = k == 0 ? 0 : edges.pushes.back() + 1;
    writer = std::max({writer + source[k], freed, after_last});
    edges.pushes.push_back(writer);
    edges.pops.push_back(std::max(reader, writer + latency));
    reader = edges.pops.back() + sink[k];
  }
  return edges;
}

TEST(StreamProcess, RandomServiceTimesGiveTheEdgesOfTheRulesInAnyOrderOfProcesses) {
  oracle::Random random(2);
  for (std::int64_t depth = 1; depth <= 16; ++depth) {
    for (std::int64_t latency = 1; latency <= 8; ++latency) {
      ServiceTimes source(100);
      ServiceTimes sink(100);
      const std::uint32_t source_most = random.between(1, 8);
      const std::uint32_t sink_most = random.between(1, 8);
      for (std::size_t k = 0; k < source.size(); ++k) {
        source[k] = random.chance(5) ? 40 : random.between(1, source_most);
        sink[k] = random.chance(5) ? 40 : random.between(1, sink_most);
      }
      Graph<Timing> graph;
      const auto stream = graph.stream(depth, latency);
      graph.add_source(stream, source);
      graph.add_sink(stream, sink);
      const auto capacity = static_cast<std::size_t>(depth + latency - 1);
      for (const Pace pace : kPaces) {
        const Outcome outcome = WorklistGraph(graph).run(pace, random.below(1000));
        EXPECT_EQ(outcome.streams[0], recurrence(capacity, latency, source, sink));
      }
    }
  }
}

}  // namespace
}  // namespace millrace
