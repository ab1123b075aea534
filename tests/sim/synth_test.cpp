#include "sim/synth/synth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/statistics/channel_counts.hpp"
#include "sim/statistics/window_histogram.hpp"
#include "sim/statistics/zero_statistics.hpp"
#include "sim/synth/random.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using testing::HasSubstr;
using traces::Trace;

class Synth : public testing::Test {
 protected:
  static LayerNumbers numbers(const std::vector<std::string>& texts, double most = 1.0) {
    LayerNumbers result("density", most);
    for (const std::string& text : texts) {
      result.add("--density", text);
    }
    return result;
  }

  Trace write(const traces::Network& network, EdgeRules edges, std::int64_t images, std::uint64_t seed = 7,
              const LayerNumbers& weights = numbers({"1"}), const std::string& name = "t") const {
    write_synth(folder_ / name, network, {std::move(edges), weight_rules(network, weights), "test"}, images, seed);
    return Trace::open(folder_ / name);
  }
  std::string error(const traces::Network& network, const LayerNumbers& densities) const {
    return test::error_message<ConfigError>([&] { density_rules(network, densities); });
  }

  test::TemporaryFolder folder_;
};

/// A fraction of n random bits is within five standard deviations of its density.
void expect_fraction(double fraction, double density, double n) {
  EXPECT_NEAR(fraction, density, 5.0 * std::sqrt(density * (1.0 - density) / n) + 1e-12);
}

TEST_F(Synth, HasTheGivenDensities) {
  const traces::Network network = test::chain_network();
  const Trace trace =
      write(network, density_rules(network, numbers({"0.3", "conv2=0.8", "fc=1"})), 40, 7, numbers({"0.5", "conv1=0"}));
  const auto density = [&](std::size_t edge) { return 1.0 - activation_zeros(trace, {edge}).mean; };
  expect_fraction(density(0), 0.3, 40.0 * 8 * 6 * 4);
  expect_fraction(density(1), 0.8, 40.0 * 8 * 6 * 8);
  EXPECT_EQ(density(2), 1.0);
  EXPECT_EQ(weight_zeros(trace, {0}).mean, 1.0);
  expect_fraction(1.0 - weight_zeros(trace, {1}).mean, 0.5, 12.0 * 9 * 8);
}

TEST_F(Synth, HasTheGivenDensityInEachChannel) {
  const traces::Network network = test::chain_network();
  test::write_text(folder_ / "d.json", R"({"conv1": [0, 0.25, 0.75, 1], "conv2": 0.5})");
  LayerNumbers densities = numbers({"1"});
  densities.read(folder_ / "d.json");
  const Trace trace = write(network, density_rules(network, densities), 50);
  const std::vector<std::uint64_t> counts = channel_counts(trace.activation_mask({0}), 0, 50, 4);
  const double positions = 50.0 * 8 * 6;
  EXPECT_EQ(counts[0], 0U);
  expect_fraction(static_cast<double>(counts[1]) / positions, 0.25, positions);
  expect_fraction(static_cast<double>(counts[2]) / positions, 0.75, positions);
  EXPECT_EQ(static_cast<double>(counts[3]), positions);
}

TEST_F(Synth, DrawsImagesAndChannelsIndependently) {
  const traces::Network network = test::chain_network();
  const Trace trace = write(network, density_rules(network, numbers({"0.5"})), 2);
  const traces::MaskView mask = trace.activation_mask({0});
  int equal_images = 0;
  int equal_channels = 0;
  for (std::int64_t row = 0; row < 8; ++row) {
    for (std::int64_t column = 0; column < 6; ++column) {
      const unsigned pixel = mask.at(0, row, column).front();
      equal_images += pixel == mask.at(1, row, column).front() ? 1 : 0;
      equal_channels += (pixel & 1U) == ((pixel >> 1U) & 1U) ? 1 : 0;
    }
  }
  EXPECT_LT(equal_images, 16);
  EXPECT_GT(equal_channels, 8);
  EXPECT_LT(equal_channels, 40);
}

/// Every window inside the map has exactly `zeros` zeros.
void expect_one_bin(const Trace& trace, traces::LayerId layer, std::int64_t zeros) {
  const std::optional<WindowHistogram> histogram = WindowHistogram::count(trace, layer, Windows::kInsideMap);
  for (std::int64_t channel = 0; channel < histogram->channels(); ++channel) {
    for (std::int64_t bin = 0; bin <= histogram->window_size(); ++bin) {
      EXPECT_EQ(histogram->activations(channel, bin) > 0, bin == zeros) << channel << " " << bin;
    }
  }
}

TEST_F(Synth, MakesOneHotHistogramsExactly) {
  // conv2 has stride 2: the pattern has the kernel's period, so any stride will do.
  const traces::Network network = test::chain_network();
  for (const std::int64_t zeros : {0, 3, 6, 9}) {
    const Trace trace = write(network, window_zero_rules(network, numbers({std::to_string(zeros), "fc=1"}, 1000)), 3);
    expect_one_bin(trace, {0}, zeros);
    expect_one_bin(trace, {1}, zeros);
    expect_one_bin(trace, {2}, 1);
  }
}

TEST_F(Synth, KeepsAOneHotHistogramOfATrace) {
  const traces::Network network = test::chain_network();
  const Trace source =
      write(network, window_zero_rules(network, numbers({"4", "conv2=7", "fc=0"}, 1000)), 2, 7, numbers({"1"}), "s");
  const Trace trace = write(network, histogram_rules(network, source), 3, 8);
  expect_one_bin(trace, {0}, 4);
  expect_one_bin(trace, {1}, 7);
  expect_one_bin(trace, {2}, 0);
}

TEST_F(Synth, ApproachesTheHistogramOfATrace) {
  const traces::Network network = test::chain_network();
  const Trace source = write(network, density_rules(network, numbers({"0.6"})), 20, 7, numbers({"1"}), "s");
  const Trace trace = write(network, histogram_rules(network, source), 300, 8);
  for (const std::size_t layer : {0U, 1U}) {
    const std::vector<double> expected =
        WindowHistogram::count(source, {layer}, Windows::kInsideMap)->mean_activations();
    const std::vector<double> counted = WindowHistogram::count(trace, {layer}, Windows::kInsideMap)->mean_activations();
    for (std::size_t bin = 0; bin < expected.size(); ++bin) {
      // All windows of an image and channel are one draw.
      expect_fraction(counted[bin], expected[bin], 300.0 * 4);
    }
  }
}

TEST_F(Synth, IsTheSameForTheSameSeedOnly) {
  const traces::Network network = test::residual_network();
  const EdgeRules rules = density_rules(network, numbers({"0.5"}));
  EXPECT_EQ(write(network, rules, 2, 7).hash(), write(network, rules, 2, 7).hash());
  EXPECT_NE(write(network, rules, 2, 7).hash(), write(network, rules, 2, 8).hash());
  EXPECT_EQ(write(network, rules, 2, 7).provenance().synth, "test; seed 7");
}

TEST(SynthRandom, IsSplitMix64OnEveryMachine) {
  Random random(1, "place", 2);
  Random same(1, "place", 2);
  Random elsewhere(1, "place", 3);
  const std::uint64_t first = random.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, elsewhere.next());
  // Of seed 0 without a place, SplitMix64 begins with 0xE220A8397B1DCDAF. A place of nothing mixes that twice more.
  EXPECT_EQ(Random(0, "", 0).next(), 0x238275BC38FCBE91U);
}

TEST_F(Synth, RefusesDensitiesThatDoNotFit) {
  const traces::Network network = test::convolved_shortcut_network();
  const auto refused = [](const std::string& text) {
    return test::error_message<ConfigError>([&] { numbers({text}); });
  };
  EXPECT_EQ(refused("1.5"), "--density '1.5': a density must be a number from 0 to 1, not '1.5'");
  for (const char* text : {"-0.1", "nan", "", "a", "stem=", "stem=2", "0.5x"}) {
    EXPECT_THAT(refused(text), HasSubstr("must be a number from 0 to 1"));
  }
  EXPECT_THAT(test::error_message<ConfigError>([&] { numbers({"a=0.5", "a=0.5"}); }), HasSubstr("already"));
  EXPECT_THAT(test::error_message<ConfigError>([&] { numbers({"0.5", "0.5"}); }), HasSubstr("twice"));
  EXPECT_THAT(error(network, numbers({"1", "sten=0.5"})),
              HasSubstr("network 'convolved' has no layer with weights 'sten'; did you mean 'stem'?"));
  EXPECT_THAT(error(network, numbers({"1", "add=0.5"})), HasSubstr("no layer with weights 'add'"));
  EXPECT_THAT(error(network, numbers({"stem=1"})), HasSubstr("--density: none is given for layer 'conv1'"));
  EXPECT_THAT(error(network, numbers({"1", "conv1=0.5", "short=0.4"})), HasSubstr("reads the same edge ('x')"));
  EXPECT_EQ(density_rules(network, numbers({"1", "short=0.4"})).size(), 3U);
}

TEST_F(Synth, RefusesFilesWithThePlace) {
  const traces::Network network = test::chain_network();
  const auto refused = [&](const std::string& text) {
    test::write_text(folder_ / "d.yaml", text);
    return test::error_message<ConfigError>([&] {
      LayerNumbers densities = numbers({"1"});
      densities.read(folder_ / "d.yaml");
      density_rules(network, densities);
    });
  };
  EXPECT_THAT(refused("conv1: 0.5\nconv2: 2\n"),
              HasSubstr("d.yaml:2:8: a density must be a number from 0 to 1, not '2'"));
  EXPECT_THAT(refused("conv1: [0.5, 0.5,\n  3, 1]\n"), HasSubstr("d.yaml:2:3: a density must be"));
  EXPECT_THAT(refused("conv1: [0.5]\n"),
              HasSubstr("d.yaml:1:1: layer 'conv1' has 1 numbers, must have one for each of its 4"));
  EXPECT_THAT(refused("conv1: {a: 1}\n"), HasSubstr("d.yaml:1:8: a density must be"));
  EXPECT_THAT(refused("conv3: 1\n"), HasSubstr("d.yaml:1:1: network 'chain' has no layer with weights 'conv3'"));
  EXPECT_THAT(refused("- 1\n"), HasSubstr("d.yaml:1:1: the file must be a mapping"));
  EXPECT_THAT(refused("conv1: 1\nconv1: 1\n"), HasSubstr("stands twice"));
}

TEST_F(Synth, RefusesWindowsAndHistogramsThatDoNotFit) {
  const traces::Network network = test::chain_network();
  const auto refused = [&](const std::vector<std::string>& zeros) {
    return test::error_message<ConfigError>([&] { window_zero_rules(network, numbers(zeros, 1000)); });
  };
  EXPECT_THAT(refused({"10"}), HasSubstr("a window of layer 'conv1' has 9 positions; legal are 0 to 9 zeros, not 10"));
  EXPECT_THAT(refused({"0", "conv2=1.5"}), HasSubstr("--density 'conv2=1.5': a window of layer 'conv2'"));
  EXPECT_THAT(refused({"3"}), HasSubstr("a window of layer 'fc' has 1 positions"));

  const traces::Network other = test::residual_network();
  const Trace source = write(other, density_rules(other, numbers({"1"})), 1, 1, numbers({"1"}), "other");
  EXPECT_THAT(test::error_message<ConfigError>([&] { histogram_rules(network, source); }),
              HasSubstr("other: layer 'conv2' has another kernel or other channels"));
  EXPECT_THAT(test::error_message<ConfigError>([&] { histogram_rules(test::grouped_network(), source); }),
              HasSubstr("other: has no layer with weights 'depthwise'"));
}

}  // namespace
}  // namespace millrace::sim
