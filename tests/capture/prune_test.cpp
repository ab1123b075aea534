#include "traces/capture/prune.hpp"

#include <gtest/gtest.h>

#include "tests/capture/small_network.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {
namespace {

std::vector<float> weights_of(const test::ModelBuilder& model, const std::string& layer) {
  return float_values(*find_initializer(model.graph(), layer + ".weight"));
}

TEST(Prune, TouchesAllButTheFirstTheLastAndDepthwiseLayers) {
  test::SmallNetwork network(21);
  test::ModelBuilder model = network.model();
  prune(model.graph(), import_graph(model.graph(), "n"), 0.37);
  EXPECT_EQ(weights_of(model, "first"), network.first.weights);
  EXPECT_EQ(weights_of(model, "depthwise"), network.depthwise.weights);
  EXPECT_EQ(weights_of(model, "fc"), network.fc);
  EXPECT_NE(weights_of(model, "body"), network.body.weights);
  network.prune(0.37);
  EXPECT_EQ(weights_of(model, "body"), network.body.weights);
}

TEST(Prune, TakesNothingOrEverythingAtTheEnds) {
  const test::SmallNetwork network(22);
  test::ModelBuilder model = network.model();
  prune(model.graph(), import_graph(model.graph(), "n"), 0.0);
  EXPECT_EQ(weights_of(model, "body"), network.body.weights);
  prune(model.graph(), import_graph(model.graph(), "n"), 1.0);
  EXPECT_EQ(weights_of(model, "body"), std::vector<float>(network.body.weights.size(), 0.0F));
}

}  // namespace
}  // namespace millrace::capture
