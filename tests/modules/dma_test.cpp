// DMA engines, edge by edge, computed by hand from the contracts.
#include "modules/memory/dma.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr Pace kPaces[] = {Pace::kRunAhead, Pace::kTakeTurns};

/// Edges at which the reader pushes, for a sink that never holds it up.
Outcome read(const DmaParameters& parameters, std::int64_t images, MemoryParameters memory_parameters, Pace pace) {
  MemoryArray memory(memory_parameters);
  Graph<Timing> graph;
  const auto out = graph.stream(100);
  graph.add_reader(out, parameters, Images{images});
  graph.add_sink(out, ServiceTimes(static_cast<std::size_t>(images * parameters.words), 1));
  return WorklistGraph(graph, &memory).run(pace);
}

TEST(DmaReader, FetchesAheadAndUnpacksAWordAnEdge) {
  // Bursts of 2, 2 and 1 words; a cycle each on the bus. Requests at 0, 1, 2 and then, when the unpacker has taken a
  // token, at 6, 8, 9; done 4 edges later each.
  const DmaParameters parameters{.words = 5, .lanes = 2, .word_bytes = 2, .burst_bytes = 4, .outstanding = 2};
  for (const Pace pace : kPaces) {
    const Outcome outcome = read(parameters, 2, {.bytes_per_cycle = 4, .latency = Cycles{3}}, pace);
    EXPECT_TRUE(outcome.completed);
    EXPECT_EQ(outcome.streams[0].pushes, (Edges{4, 5, 6, 7, 8, 10, 11, 12, 13, 14}));
    EXPECT_EQ(outcome.first_in, (Edges{4, 10}));
    EXPECT_EQ(outcome.end, 16);
  }
}

TEST(DmaReader, RequestsNoImageBeforeItsPacedEdge) {
  DmaParameters parameters{.words = 5, .lanes = 2, .word_bytes = 2, .burst_bytes = 4, .outstanding = 2};
  const MemoryParameters memory{.bytes_per_cycle = 4, .latency = Cycles{3}};
  for (const Pace pace : kPaces) {
    parameters.image_interval = Cycles{20};
    EXPECT_EQ(read(parameters, 2, memory, pace).streams[0].pushes, (Edges{4, 5, 6, 7, 8, 24, 25, 26, 27, 28}));
    // Its first request would be at 7 anyway.
    parameters.image_interval = Cycles{7};
    EXPECT_EQ(read(parameters, 2, memory, pace).first_in, (Edges{4, 11}));
    parameters.image_interval = Cycles{3};
    EXPECT_EQ(read(parameters, 2, memory, pace).first_in, (Edges{4, 10}));
  }
}

TEST(DmaReader, OutstandingBurstsHideTheLatency) {
  DmaParameters parameters{.words = 12, .lanes = 1, .word_bytes = 1, .burst_bytes = 4, .outstanding = 4};
  const MemoryParameters memory{.bytes_per_cycle = 1, .latency = Cycles{10}};
  for (const Pace pace : kPaces) {
    parameters.outstanding = 4;
    EXPECT_EQ(read(parameters, 1, memory, pace).streams[0].pushes,
              (Edges{14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25}));
    // The third burst is asked for at 18, the edge after the second token was popped.
    parameters.outstanding = 1;
    EXPECT_EQ(read(parameters, 1, memory, pace).streams[0].pushes,
              (Edges{14, 15, 16, 17, 18, 19, 20, 21, 32, 33, 34, 35}));
  }
}

TEST(DmaReader, WordWiderThanABurstIsABurst) {
  const DmaParameters parameters{.words = 3, .lanes = 8, .word_bytes = 8, .burst_bytes = 4, .outstanding = 4};
  EXPECT_EQ(parameters.burst_words(), 1);
  const Outcome outcome = read(parameters, 1, {.bytes_per_cycle = 4, .latency = Cycles{0}}, Pace::kRunAhead);
  EXPECT_EQ(outcome.streams[0].pushes, (Edges{2, 4, 6}));
}

/// Words at edges 1, 2, ... into a writer.
Outcome write(const DmaParameters& parameters, std::int64_t images, MemoryParameters memory_parameters, Pace pace) {
  MemoryArray memory(memory_parameters);
  Graph<Timing> graph;
  const auto in = graph.stream(2);
  graph.add_source(in, ServiceTimes(static_cast<std::size_t>(images * parameters.words), 1));
  graph.add_writer(in, parameters, Images{images});
  return WorklistGraph(graph, &memory).run(pace);
}

TEST(DmaWriter, PacksWhileTheLastBurstIsUnderWay) {
  // Tokens at 4, 6, 8; popped at 5, 7, 15; requests at 5, 14, 23, when the one before is done; all done at 30.
  const DmaParameters parameters{.words = 5, .lanes = 2, .word_bytes = 2, .burst_bytes = 4, .outstanding = 1};
  for (const Pace pace : kPaces) {
    const Outcome outcome = write(parameters, 1, {.bytes_per_cycle = 1, .latency = Cycles{5}}, pace);
    EXPECT_TRUE(outcome.completed);
    EXPECT_EQ(outcome.streams[0].pops, (Edges{2, 3, 4, 5, 6}));
    EXPECT_EQ(outcome.last_out, (Edges{6}));
    EXPECT_EQ(outcome.end, 30);
    const Accounts& post = outcome.accounts[1].rows[1].total;
    EXPECT_EQ(post.busy, Cycles{3});
    EXPECT_EQ(post.starved, std::vector{Cycles{1}});
    EXPECT_EQ(post.blocked, std::vector{Cycles{7 + 8 + 6}});
  }
}

TEST(DmaWriter, OutstandingBurstsHideTheLatency) {
  // Single-word bursts at 4, 5, 6, 7: two of them are under way at once.
  DmaParameters parameters{.words = 4, .lanes = 1, .word_bytes = 1, .burst_bytes = 1, .outstanding = 4};
  const MemoryParameters memory{.bytes_per_cycle = 1, .latency = Cycles{20}};
  for (const Pace pace : kPaces) {
    parameters.outstanding = 4;
    EXPECT_EQ(write(parameters, 1, memory, pace).end, 7 + 21);
    parameters.outstanding = 2;
    EXPECT_EQ(write(parameters, 1, memory, pace).end, 5 + 21 + 21);
    parameters.outstanding = 1;
    EXPECT_EQ(write(parameters, 1, memory, pace).end, 4 + 4 * 21);
  }
}

/// A memory that is done with the first request long after the second.
class LateMemory final : public MemoryPort {
 public:
  Cycle read(std::uint64_t, std::span<std::uint8_t>, Cycle now) override { return now; }
  Cycle write(std::uint64_t, std::span<const std::uint8_t>, Cycle now) override {
    return now + Cycles{std::exchange(latency_, 5)};
  }

 private:
  std::int64_t latency_ = 50;
};

TEST(DmaWriter, EndsWhenEveryBurstIsDone) {
  LateMemory memory;
  Graph<Timing> graph;
  const auto in = graph.stream(2);
  graph.add_source(in, {1, 1});
  graph.add_writer(in, {.words = 2, .burst_bytes = 1}, Images{1});
  // Requests at 4 and 5, done at 54 and 10.
  EXPECT_EQ(WorklistGraph(graph, &memory).run(Pace::kRunAhead).end, 54);
}

TEST(DmaWriter, LastOutIsThePopOfAnImagesLastWord) {
  const DmaParameters parameters{.words = 3, .lanes = 1, .word_bytes = 1, .burst_bytes = 8};
  const Outcome outcome = write(parameters, 3, {.bytes_per_cycle = 8, .latency = Cycles{0}}, Pace::kRunAhead);
  EXPECT_EQ(outcome.last_out, (Edges{4, 7, 10}));
}

TEST(Dma, AtTheSameEdgeTheReaderGoesFirst) {
  // The reader asks at 0, 1, 2, 3, 4, 5, the writer at 4. The bus is busy a cycle a request.
  const DmaParameters reader{.words = 6, .lanes = 4, .word_bytes = 4, .burst_bytes = 4, .outstanding = 8};
  const DmaParameters writer{.words = 1, .lanes = 4, .word_bytes = 4, .burst_bytes = 4, .outstanding = 8};
  for (const Pace pace : kPaces) {
    for (const std::uint64_t order : {1U, 2U, 3U, 4U, 5U, 6U}) {
      MemoryArray memory({.bytes_per_cycle = 4, .latency = Cycles{0}});
      Graph<Timing> graph;
      const auto in = graph.stream(2);
      const auto out = graph.stream(100);
      graph.add_source(in, {1});
      graph.add_writer(in, writer, Images{1});
      graph.add_reader(out, reader, Images{1});
      graph.add_sink(out, ServiceTimes(6, 1));
      const Outcome outcome = WorklistGraph(graph, &memory).run(pace, order);
      EXPECT_EQ(outcome.streams[out].pushes, (Edges{1, 2, 3, 4, 5, 7}));
      EXPECT_EQ(outcome.last_edges[2], 6) << "the writer's last burst is done";
    }
  }
}

TEST(Dma, CopiesSignedBytesFromAddressToAddress) {
  for (const std::int64_t lanes : {1, 2, 3, 6}) {
    for (const std::int64_t burst : {1, 4, 7, 64}) {
      Bytes bytes(180);
      std::iota(bytes.begin(), bytes.end(), 70);
      MemoryArray memory({});
      memory.store(1000, bytes);
      DmaParameters parameters{.words = 30 / lanes, .lanes = lanes, .word_bytes = lanes, .burst_bytes = burst};
      Graph<Values> graph;
      const auto stream = graph.stream(2);
      parameters.address = 1000;
      graph.add_reader(stream, parameters, Images{6});
      parameters.address = 5000;
      graph.add_writer(stream, parameters, Images{6});
      EXPECT_TRUE(WorklistGraph(graph, &memory).run(Pace::kRunAhead).completed);
      Bytes copied(bytes.size());
      memory.load(5000, copied);
      EXPECT_EQ(copied, bytes) << lanes << " lanes, bursts of " << burst;
    }
  }
}

TEST(Dma, ReaderGivesOneSignedValueALane) {
  MemoryArray memory({});
  memory.store(8, Bytes{0, 1, 127, 128, 255, 200});
  std::vector<Values> received;
  Graph<Values> graph;
  const auto stream = graph.stream(2);
  graph.add_reader(stream, {.words = 2, .lanes = 3, .word_bytes = 3, .address = 8}, Images{1});
  graph.add_sink(stream, {1, 1}, &received);
  EXPECT_TRUE(WorklistGraph(graph, &memory).run(Pace::kRunAhead).completed);
  EXPECT_EQ(received, (std::vector<Values>{{{0, 1, 127}}, {{-128, -1, -56}}}));
}

}  // namespace
}  // namespace millrace
