#include "traces/capture/prune.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/capture/small_network.hpp"
#include "tests/traces/error_message.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {
namespace {

std::vector<float> weights_of(const ImportedGraph& graph, const std::string& layer) {
  return float_values(*find_initializer(graph.model.graph(), layer + ".weight"));
}

TEST(Prune, TouchesAllButTheFirstTheLastAndDepthwiseLayers) {
  test::SmallNetwork network(21);
  ImportedGraph graph = import_graph(network.model().graph(), "n");
  prune(graph, 0.37);
  EXPECT_EQ(weights_of(graph, "first"), network.first.weights);
  EXPECT_EQ(weights_of(graph, "depthwise"), network.depthwise.weights);
  EXPECT_EQ(weights_of(graph, "fc"), network.fc);
  EXPECT_NE(weights_of(graph, "body"), network.body.weights);
  network.prune(0.37);
  EXPECT_EQ(weights_of(graph, "body"), network.body.weights);
}

TEST(Prune, TakesNothingOrEverythingAtTheEnds) {
  const test::SmallNetwork network(22);
  ImportedGraph graph = import_graph(network.model().graph(), "n");
  prune(graph, 0.0);
  EXPECT_EQ(weights_of(graph, "body"), network.body.weights);
  prune(graph, 1.0);
  EXPECT_EQ(weights_of(graph, "body"), std::vector<float>(network.body.weights.size(), 0.0F));
}

TEST(Prune, KeepsTheLargestOfEachGroupOfChannels) {
  const test::SmallNetwork network(23);
  ImportedGraph graph = import_graph(network.model().graph(), "n");
  prune(graph, GroupPruning{2, 4});
  const std::vector<float> pruned = weights_of(graph, "body");
  EXPECT_EQ(weights_of(graph, "first"), network.first.weights);
  EXPECT_EQ(weights_of(graph, "depthwise"), network.depthwise.weights);
  // Six channels: a group of four, then one of two, which keeps both.
  constexpr std::size_t channels = 6;
  constexpr std::size_t positions = 9;
  for (std::size_t filter = 0; filter < pruned.size(); filter += channels * positions) {
    for (std::size_t position = 0; position < positions; ++position) {
      std::vector<float> before;
      std::vector<float> after;
      for (std::size_t channel = 0; channel < 4; ++channel) {
        before.push_back(std::abs(network.body.weights.at(filter + channel * positions + position)));
        after.push_back(std::abs(pruned.at(filter + channel * positions + position)));
      }
      std::sort(before.begin(), before.end());
      std::sort(after.begin(), after.end());
      EXPECT_EQ(after, (std::vector<float>{0.0F, 0.0F, before[2], before[3]}));
      for (std::size_t channel = 4; channel < channels; ++channel) {
        const std::size_t place = filter + channel * positions + position;
        EXPECT_EQ(pruned.at(place), network.body.weights.at(place));
      }
    }
  }
}

TEST(Prune, ReadsGroups) {
  EXPECT_EQ(to_string(parse_group_pruning("2:4")), "2:4");
  EXPECT_EQ(to_string(parse_group_pruning("16:16")), "16:16");
  for (const char* text : {"", "2", "2:", ":4", "0:4", "5:4", "2:257", "2:4:8", "a:b", "-1:4"}) {
    EXPECT_THAT(test::error_message<CaptureError>([text] { parse_group_pruning(text); }),
                testing::HasSubstr(std::string("--prune-nm: '") + text + "' must be N:M"));
  }
}

}  // namespace
}  // namespace millrace::capture
