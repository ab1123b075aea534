#include "traces/capture/prune.hpp"

#include <gtest/gtest.h>

#include "tests/capture/small_network.hpp"
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

}  // namespace
}  // namespace millrace::capture
