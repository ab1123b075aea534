// A convolution through DMA engines, window, dot units and drain gives the layer's output: so window order, padding,
// stride and dispatch are right.
#include <gtest/gtest.h>

#include <array>

#include "tests/modules/support/convolution_pipeline.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

constexpr std::uint64_t kInput = 4000;  // so that images lie across the border of a page of the memory
constexpr std::uint64_t kOutput = 1 << 20;

struct Lanes {
  std::int64_t in;
  std::int64_t out;
};

/// Three images, back to back.
void expect_layer(const Convolution& layer, const Folding& folding, Lanes lanes, Pace pace, oracle::Random& random) {
  constexpr Images kImages{3};
  const WindowShape& shape = layer.shape;
  const std::int64_t values_in = shape.height * shape.width * layer.channels;
  const std::int64_t values_out = shape.out_height() * shape.out_width() * layer.filters;
  std::vector<Map> inputs;
  std::vector<Map> expected;
  for (std::int64_t image = 0; image < kImages.count; ++image) {
    inputs.push_back(random_numbers(values_in, random));
    expected.push_back(convolve(layer, inputs.back()));
  }
  MemoryArray memory({.bytes_per_cycle = 4, .latency = Cycles{7}});
  store_maps(memory, kInput, inputs);

  Graph<Values> graph;
  const auto first = graph.stream(2);
  graph.add_reader(first, dma_of(values_in, lanes.in, kInput), kImages);
  const auto last = add_convolution(graph, first, lanes.in, lanes.out, layer, folding, kImages, random);
  graph.add_writer(last, dma_of(values_out, lanes.out, kOutput), kImages);
  const Outcome outcome = WorklistGraph(graph, &memory).run(pace, random.below(1000));

  ASSERT_TRUE(outcome.completed);
  EXPECT_EQ(load_maps(memory, kOutput, inputs.size(), static_cast<std::size_t>(values_out)), expected)
      << "coarse_in " << folding.coarse_in << ", coarse_out " << folding.coarse_out << ", coarse_group "
      << folding.coarse_group << ", group_channels " << folding.group_channels;
}

class ConvolutionValues : public testing::TestWithParam<std::int64_t> {
 protected:
  /// The layer on every stride and on even and uneven pads.
  void expect_every_shape(std::int64_t channels, std::int64_t filters, std::int64_t groups,
                          const std::vector<Folding>& foldings, const std::vector<Lanes>& lanes) {
    const std::int64_t kernel = GetParam();
    const std::int64_t half = kernel / 2;
    for (const std::int64_t stride : {1, 2}) {
      for (const auto& [top, left, bottom, right] : std::vector<std::array<std::int64_t, 4>>{
               {0, 0, 0, 0}, {half, half, half, half}, {1, 0, 2, 3}, {0, 3, 1, 2}}) {
        const WindowShape shape{8, 7, kernel, stride, top, left, bottom, right};
        const Convolution layer = random_convolution(shape, channels, filters, groups, random_);
        for (const Folding& folding : foldings) {
          const Pace pace = random_.chance(25) ? Pace::kTakeTurns : Pace::kRunAhead;
          expect_layer(layer, folding, random_.pick(lanes), pace, random_);
        }
      }
    }
  }

 private:
  oracle::Random random_{8};
};

TEST_P(ConvolutionValues, FullConvolution) {
  expect_every_shape(8, 6, 1, {{1, 1, 1, 1}, {2, 3, 1, 1}, {4, 2, 1, 2}, {1, 6, 1, 8}, {8, 1, 1, 1}, {2, 2, 1, 2}},
                     {{8, 6}, {4, 2}, {2, 3}, {1, 1}});
}

TEST_P(ConvolutionValues, OneChannel) {
  expect_every_shape(1, 4, 1, {{1, 1, 1, 1}, {1, 4, 1, 1}}, {{1, 2}});
}

TEST_P(ConvolutionValues, Groups) {
  // One group at a time, in beats or whole; all of several groups at once.
  expect_every_shape(12, 9, 3, {{1, 1, 1, 1}, {2, 1, 1, 2}, {1, 3, 1, 2}, {4, 3, 3, 1}, {2, 3, 3, 2}},
                     {{12, 9}, {4, 3}, {2, 1}});
}

TEST_P(ConvolutionValues, Depthwise) {
  expect_every_shape(8, 8, 8, {{1, 1, 1, 1}, {1, 1, 4, 1}, {1, 1, 8, 1}}, {{8, 8}, {1, 2}});
}

TEST_P(ConvolutionValues, DepthwiseWithSeveralFiltersAChannel) {
  expect_every_shape(4, 12, 4, {{1, 1, 1, 1}, {1, 3, 1, 1}, {1, 3, 2, 1}, {1, 3, 4, 1}}, {{4, 12}, {2, 3}});
}

INSTANTIATE_TEST_SUITE_P(Kernel, ConvolutionValues, testing::Values(1, 3, 5, 7), testing::PrintToStringParamName());

TEST(FullyConnectedValues, IsAPointwiseOneOnOnePixel) {
  oracle::Random random(9);
  const Convolution layer = random_convolution({}, 60, 10, 1, random);
  for (const Folding& folding : std::vector<Folding>{{1, 1, 1, 1}, {3, 5, 1, 4}, {60, 10, 1, 1}, {1, 2, 1, 60}}) {
    expect_layer(layer, folding, {15, 2}, Pace::kRunAhead, random);
  }
}

}  // namespace
}  // namespace millrace
