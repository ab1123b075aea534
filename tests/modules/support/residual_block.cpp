#include "tests/modules/support/residual_block.hpp"

#include "modules/route/add.hpp"
#include "modules/route/channel_pad.hpp"
#include "modules/route/fork.hpp"
#include "modules/route/subsample.hpp"

namespace millrace {
namespace {

constexpr Images kImages{3};
constexpr std::int64_t kHeight = 9;
constexpr std::int64_t kWidth = 7;
constexpr std::int64_t kOutHeight = 5;
constexpr std::int64_t kOutWidth = 4;
constexpr std::int64_t kChannels = 4;
constexpr std::int64_t kFilters = 8;
constexpr std::int64_t kChannelsBefore = 2;  // zeros of the shortcut, as many behind
constexpr std::int64_t kLanes = 2;
constexpr Folding kFolding{2, 2, 1, 1};

}  // namespace

ResidualBlock::ResidualBlock(std::uint64_t seed) {
  oracle::Random random(seed);
  layer_ = random_convolution({kHeight, kWidth, 3, 2, 1, 1, 1, 1}, kChannels, kFilters, 1, random);
  for (std::int64_t image = 0; image < kImages.count; ++image) {
    inputs_.push_back(random_numbers(kHeight * kWidth * kChannels, random));
    expected_.push_back(compute(inputs_.back()));
  }
  add_graph(random);
}

void ResidualBlock::add_graph(oracle::Random& random) {
  constexpr std::int64_t kBeats = kChannels / kLanes;
  constexpr std::int64_t kZeroBeats = kChannelsBefore / kLanes;
  const auto image = graph_.stream(2);
  const auto main = graph_.stream(2);
  // The shortcut holds what the convolution reads before its first word comes out.
  const auto shortcut = graph_.stream(3 * kWidth * kBeats);
  const auto kept = graph_.stream(2);
  const auto padded = graph_.stream(2);
  const auto sum = graph_.stream(2);
  graph_.add_reader(image, dma_of(kHeight * kWidth * kChannels, kLanes, kInput), kImages);
  graph_.add<Fork>({image}, {main, shortcut}, ForkParameters{kHeight * kWidth * kBeats}, kImages);
  const auto convolved = add_convolution(graph_, main, kLanes, kLanes, layer_, kFolding, kImages, random);
  graph_.add<Subsample>({shortcut}, {kept}, SubsampleParameters{kHeight, kWidth, kBeats, 2}, kImages);
  graph_.add<ChannelPad>({kept}, {padded},
                         ChannelPadParameters{kOutHeight * kOutWidth, kLanes, kZeroBeats, kBeats, kZeroBeats}, kImages);
  graph_.add<Add>({convolved, padded}, {sum}, AddParameters{kOutHeight * kOutWidth * kFilters / kLanes}, kImages);
  graph_.add_writer(sum, dma_of(kOutHeight * kOutWidth * kFilters, kLanes, kOutput), kImages);
}

Map ResidualBlock::compute(const Map& input) const {
  Map output = convolve(layer_, input);
  for (std::int64_t row = 0; row < kOutHeight; ++row) {
    for (std::int64_t column = 0; column < kOutWidth; ++column) {
      for (std::int64_t channel = 0; channel < kChannels; ++channel) {
        const std::int64_t out_pixel = row * kOutWidth + column;
        const std::int64_t in_pixel = 2 * row * kWidth + 2 * column;
        std::int8_t& out = output[static_cast<std::size_t>(out_pixel * kFilters + kChannelsBefore + channel)];
        out = static_cast<std::int8_t>(out + input[static_cast<std::size_t>(in_pixel * kChannels + channel)]);
      }
    }
  }
  return output;
}

}  // namespace millrace
