// What the modules that route words do to their values.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "modules/engine/global_pool.hpp"
#include "modules/engine/pool.hpp"
#include "modules/route/add.hpp"
#include "modules/route/channel_pad.hpp"
#include "modules/route/concat.hpp"
#include "modules/route/fork.hpp"
#include "modules/route/rebundle.hpp"
#include "modules/route/subsample.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

constexpr Images kImages{2};
using Words = std::vector<Values>;

/// Every value is different from every other, of this word and of all others.
Words distinct_words(std::int64_t count, std::int64_t lanes, std::int32_t first = 1) {
  Words words;
  for (std::int64_t word = 0; word < count; ++word) {
    words.emplace_back();
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      words.back().lanes.push_back(first++);
    }
  }
  return words;
}

/// All channels of all words, one behind the other.
std::vector<std::int32_t> channels_of(const Words& words) {
  std::vector<std::int32_t> channels;
  for (const Values& word : words) {
    channels.insert(channels.end(), word.lanes.begin(), word.lanes.end());
  }
  return channels;
}

/// What comes out of a module with one input and one output.
template <template <typename> class Kind, typename Parameters>
Words run(const Parameters& parameters, const Words& words, std::size_t count) {
  Words received;
  Graph<Values> graph;
  const auto in = graph.stream(2);
  const auto out = graph.stream(1, 3);
  graph.add_source(in, ServiceTimes(words.size(), 1), words);
  graph.add<Kind>({in}, {out}, parameters, kImages);
  graph.add_sink(out, ServiceTimes(count, 2), &received);
  EXPECT_TRUE(WorklistGraph(graph).run(Pace::kRunAhead).completed);
  return received;
}

TEST(RouteValues, ForkCopies) {
  const Words words = distinct_words(20, 3);
  std::array<Words, 3> received;
  Graph<Values> graph;
  const auto in = graph.stream(2);
  const std::vector<std::size_t> outs{graph.stream(1), graph.stream(2), graph.stream(4, 2)};
  graph.add_source(in, ServiceTimes(20, 1), words);
  graph.add<Fork>({in}, outs, ForkParameters{10}, kImages);
  for (std::size_t port = 0; port < outs.size(); ++port) {
    graph.add_sink(outs[port], ServiceTimes(20, static_cast<std::uint32_t>(port) + 1), &received[port]);
  }
  EXPECT_TRUE(WorklistGraph(graph).run(Pace::kRunAhead).completed);
  for (const Words& copy : received) {
    EXPECT_EQ(copy, words);
  }
}

TEST(RouteValues, AddSumsWordByWordAndLaneByLane) {
  const std::array<Words, 3> terms{distinct_words(20, 3, 1), distinct_words(20, 3, 1000),
                                   distinct_words(20, 3, -99999)};
  Words received;
  Graph<Values> graph;
  std::vector<std::size_t> ins;
  for (std::size_t port = 0; port < terms.size(); ++port) {
    ins.push_back(graph.stream(2));
    graph.add_source(ins[port], ServiceTimes(20, static_cast<std::uint32_t>(port) + 1), terms[port]);
  }
  const auto out = graph.stream(2);
  graph.add<Add>(ins, {out}, AddParameters{10}, kImages);
  graph.add_sink(out, ServiceTimes(20, 1), &received);
  EXPECT_TRUE(WorklistGraph(graph).run(Pace::kRunAhead).completed);
  ASSERT_EQ(received.size(), 20U);
  for (std::size_t word = 0; word < received.size(); ++word) {
    for (std::size_t lane = 0; lane < 3; ++lane) {
      EXPECT_EQ(received[word].lanes.at(lane),
                terms[0][word].lanes[lane] + terms[1][word].lanes[lane] + terms[2][word].lanes[lane]);
    }
  }
}

TEST(RouteValues, ConcatPutsTheChannelsOfEachPixelBehindEachOther) {
  constexpr std::int64_t kPixels = 5;
  constexpr std::int64_t kLanes = 2;
  const std::vector<std::int64_t> beats{2, 1, 3};
  std::vector<Words> inputs;
  Words received;
  Graph<Values> graph;
  std::vector<std::size_t> ins;
  for (std::size_t port = 0; port < beats.size(); ++port) {
    const std::int64_t words = kImages.count * kPixels * beats[port];
    inputs.push_back(distinct_words(words, kLanes, 1000 * (static_cast<std::int32_t>(port) + 1)));
    ins.push_back(graph.stream(2));
    graph.add_source(ins[port], ServiceTimes(static_cast<std::size_t>(words), 1), inputs[port]);
  }
  Words expected;
  for (std::size_t pixel = 0; pixel < static_cast<std::size_t>(kImages.count * kPixels); ++pixel) {
    for (std::size_t port = 0; port < beats.size(); ++port) {
      const auto count = static_cast<std::size_t>(beats[port]);
      for (std::size_t beat = 0; beat < count; ++beat) {
        expected.push_back(inputs[port][pixel * count + beat]);
      }
    }
  }
  const auto out = graph.stream(2);
  graph.add<Concat>(ins, {out}, ConcatParameters{kPixels, beats}, kImages);
  graph.add_sink(out, ServiceTimes(expected.size(), 2), &received);
  EXPECT_TRUE(WorklistGraph(graph).run(Pace::kRunAhead).completed);
  EXPECT_EQ(received, expected);
}

/// A batch norm with a scale and a shift a channel, and ReLU: words come beat by beat.
class ScaleAndClip final : public PointwiseFunction<Values> {
 public:
  explicit ScaleAndClip(std::int64_t beats) : beats_(beats) {}
  Values apply(const Values& word) override {
    Values result;
    for (std::size_t lane = 0; lane < word.lanes.size(); ++lane) {
      const auto channel = static_cast<std::int32_t>(static_cast<std::size_t>(beat_) * word.lanes.size() + lane);
      result.lanes.push_back(std::max(0, (channel + 1) * word.lanes[lane] - 100 * channel));
    }
    beat_ = (beat_ + 1) % beats_;
    return result;
  }

 private:
  std::int64_t beats_;
  std::int64_t beat_ = 0;
};

TEST(RouteValues, PointwiseChangesEachChannelInItsOwnWay) {
  constexpr std::int64_t kPixels = 6;
  constexpr std::int64_t kBeats = 3;
  constexpr std::int64_t kLanes = 2;
  const Words words = distinct_words(kImages.count * kPixels * kBeats, kLanes);
  Words received;
  Graph<Values> graph;
  const auto in = graph.stream(2);
  const auto out = graph.stream(2);
  graph.add_source(in, ServiceTimes(words.size(), 1), words);
  graph.add_pointwise(in, out, PointwiseParameters{kPixels * kBeats}, kImages,
                      [=] { return std::make_unique<ScaleAndClip>(kBeats); });
  graph.add_sink(out, ServiceTimes(words.size(), 1), &received);
  EXPECT_TRUE(WorklistGraph(graph).run(Pace::kRunAhead).completed);
  std::vector<std::int32_t> expected = channels_of(words);
  for (std::size_t index = 0; index < expected.size(); ++index) {
    const auto channel = static_cast<std::int32_t>(index % (kBeats * kLanes));
    expected[index] = std::max(0, (channel + 1) * expected[index] - 100 * channel);
  }
  EXPECT_EQ(channels_of(received), expected);
}

/// Windows of 2 x 2 over a map of one row of three pixels, with a row of padding above it. Rows are the windows.
Words pooled(PoolKind kind, MapRegion counted) {
  const PoolParameters parameters{{1, 3, 2, 1, 1, 0, 0, 0}, 1, 1, kind, counted};
  const Words windows{{{0, 0, -3, -8}}, {{0, 0, -8, -2}}, {{0, 0, 7, 8}}, {{0, 0, 8, 9}}};
  return run<Pool>(parameters, windows, windows.size());
}

TEST(RouteValues, PoolLooksAtWhatCounts) {
  const MapRegion map{1, 2, 0, 3};
  const MapRegion with_padding{0, 2, 0, 3};
  EXPECT_EQ(pooled(PoolKind::kMax, map), (Words{{{-3}}, {{-2}}, {{8}}, {{9}}}));
  // Halves go upwards: -5.5, -5, 7.5, 8.5; then -2.75, -2.5, 3.75, 4.25.
  EXPECT_EQ(pooled(PoolKind::kAverage, map), (Words{{{-5}}, {{-5}}, {{8}}, {{9}}}));
  EXPECT_EQ(pooled(PoolKind::kAverage, with_padding), (Words{{{-3}}, {{-2}}, {{4}}, {{4}}}));
}

TEST(RouteValues, SubsampleKeepsEverySthRowAndColumn) {
  constexpr std::size_t kHeight = 5;
  constexpr std::size_t kWidth = 7;
  constexpr std::size_t kBeats = 2;
  for (const std::size_t stride : {1U, 2U, 3U}) {
    const Words words = distinct_words(2 * kHeight * kWidth * kBeats, 3);
    Words expected;
    for (std::size_t image = 0; image < 2; ++image) {
      for (std::size_t row = 0; row < kHeight; row += stride) {
        for (std::size_t column = 0; column < kWidth; column += stride) {
          for (std::size_t beat = 0; beat < kBeats; ++beat) {
            expected.push_back(words[((image * kHeight + row) * kWidth + column) * kBeats + beat]);
          }
        }
      }
    }
    const SubsampleParameters parameters{kHeight, kWidth, kBeats, static_cast<std::int64_t>(stride)};
    EXPECT_EQ(run<Subsample>(parameters, words, expected.size()), expected) << "stride " << stride;
  }
}

TEST(RouteValues, ChannelPadPutsZerosAroundTheChannelsOfAPixel) {
  for (const std::int64_t before : {0, 1, 3}) {
    for (const std::int64_t after : {0, 2}) {
      const Words words = distinct_words(2 * 6 * 2, 4);
      std::vector<std::int32_t> expected;
      for (std::int32_t pixel = 0; pixel < 12; ++pixel) {
        expected.insert(expected.end(), static_cast<std::size_t>(4 * before), 0);
        for (std::int32_t channel = 0; channel < 8; ++channel) {
          expected.push_back(1 + pixel * 8 + channel);
        }
        expected.insert(expected.end(), static_cast<std::size_t>(4 * after), 0);
      }
      const ChannelPadParameters parameters{6, 4, before, 2, after};
      const Words received = run<ChannelPad>(parameters, words, expected.size() / 4);
      EXPECT_EQ(channels_of(received), expected) << before << " before, " << after << " after";
      for (const Values& word : received) {
        EXPECT_EQ(word.lanes.size(), 4U);
      }
    }
  }
}

TEST(RouteValues, RebundleKeepsTheOrderOfChannelsForEveryPairOfLanes) {
  constexpr std::int64_t kChannels = 12;
  constexpr std::int64_t kPixels = 5;
  for (const std::int64_t from : {1, 2, 3, 4, 6, 12}) {
    for (const std::int64_t to : {1, 2, 3, 4, 6, 12}) {
      const RebundleParameters parameters{kPixels, kChannels, from, to};
      const Words words = distinct_words(2 * kPixels * kChannels / from, from);
      EXPECT_EQ(run<Rebundle>(parameters, words, static_cast<std::size_t>(2 * kPixels * kChannels / to)),
                distinct_words(2 * kPixels * kChannels / to, to))
          << from << " to " << to << " lanes";
    }
  }
}

TEST(RouteValues, GlobalPoolSumsEachChannelOverThePixelsOfAnImage) {
  constexpr std::size_t kPixels = 6;
  constexpr std::size_t kBeats = 3;
  const Words words = distinct_words(2 * kPixels * kBeats, 2);
  Words expected(2 * kBeats, Values{{0, 0}});
  for (std::size_t image = 0; image < 2; ++image) {
    for (std::size_t pixel = 0; pixel < kPixels; ++pixel) {
      for (std::size_t beat = 0; beat < kBeats; ++beat) {
        for (std::size_t lane = 0; lane < 2; ++lane) {
          expected[image * kBeats + beat].lanes[lane] += words[(image * kPixels + pixel) * kBeats + beat].lanes[lane];
        }
      }
    }
  }
  EXPECT_EQ(run<GlobalPool>(GlobalPoolParameters{kPixels, kBeats}, words, expected.size()), expected);
}

}  // namespace
}  // namespace millrace
