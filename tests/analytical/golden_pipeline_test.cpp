// Every partition of the published figures: from its stages' own figures, and the shipped chain from its layers.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/analytical/engine_resources.hpp"
#include "sim/analytical/pipeline_graph.hpp"
#include "sim/analytical/published_model.hpp"
#include "tests/analytical/golden_rows.hpp"

namespace millrace::test {
namespace {

using nlohmann::json;
using namespace sim::analytical;

constexpr double kTolerance = 1e-9;

std::vector<json> golden_partitions() {
  const json file = read_golden(golden_file("MILLRACE_GOLDEN_PARTITIONS", "analytical_golden_partitions.json"));
  std::vector<json> partitions = file.at("partitions");
  if (partitions.empty()) {
    throw std::runtime_error("no partitions");
  }
  return partitions;
}

std::int64_t whole(const json& figure) {
  return static_cast<std::int64_t>(figure.get<double>());
}

/// Stages in an order in which every one comes behind what feeds it.
PipelineGraph graph_of(const json& partition) {
  std::vector<std::string> names;
  std::vector<std::string> open;
  for (const auto& [name, node] : partition.at("nodes").items()) {
    open.push_back(name);
  }
  const auto placed = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  while (!open.empty()) {
    const auto ready = std::find_if(open.begin(), open.end(), [&](const std::string& name) {
      return std::all_of(partition.at("edges").begin(), partition.at("edges").end(),
                         [&](const json& edge) { return edge[1] != name || placed(edge[0]); });
    });
    if (ready == open.end()) {
      throw std::runtime_error("a partition with a loop");
    }
    names.push_back(*ready);
    open.erase(ready);
  }
  std::vector<Stage> stages;
  for (const std::string& name : names) {
    const json& node = partition.at("nodes").at(name);
    stages.push_back({name,
                      {whole(node.at("latency")), node.at("rate_in"), std::nullopt, whole(node.at("size_in")),
                       whole(node.at("size_out")), whole(node.at("pipeline_depth"))}});
  }
  const auto place = [&](const json& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  std::vector<Link> links;
  for (const json& edge : partition.at("edges")) {
    links.push_back({place(edge[0]), place(edge[1])});
  }
  return {stages, links};
}

TEST(GoldenPipeline, HasIntervalFillAndCycles) {
  for (const json& partition : golden_partitions()) {
    SCOPED_TRACE(partition.at("name").get<std::string>() + ", batch " + partition.at("batch").dump());
    const PipelineGraph graph = graph_of(partition);
    EXPECT_EQ(interval(graph), whole(partition.at("interval_cycles")));
    const double fill = partition.at("pipeline_depth_cycles");
    EXPECT_NEAR(pipeline_fill(graph), fill, kTolerance * fill);
    Batch batch;
    batch.images = partition.at("batch");
    EXPECT_EQ(batch_cycles(graph, batch), partition.at("total_cycles"));
  }
}

sim::FoldedLayer convolution(std::int64_t rows, std::int64_t channels, std::int64_t filters, std::int64_t stride,
                             sim::Folding folding) {
  return {{{rows, rows, 3, stride, 1, 1, 1, 1}, channels, filters, 1}, folding};
}

/// The chain that the shipped file describes in words.
class GoldenChain : public testing::Test {
 protected:
  static LayerEstimate sparse(const sim::FoldedLayer& layer, double zero) {
    const std::vector<ZeroHistogram> lanes(4, ZeroHistogram::binomial(9, zero));
    return PublishedModel{}.sparse(layer, {lanes, EmptyGroups::kFree});
  }

  sim::FoldedLayer first = convolution(32, 3, 16, 1, {1, 4, 1, 1, 9});
  sim::FoldedLayer second = convolution(32, 16, 16, 1, {4, 4, 1, 1, 3});
  sim::FoldedLayer third = convolution(32, 16, 32, 2, {4, 4, 1, 1, 3});
  json nodes = read_golden(golden_file("", "analytical_golden_partitions.json")).at("partitions").front().at("nodes");

  void expect_stage(const StageEstimate& stage, const char* name) const {
    SCOPED_TRACE(name);
    const json& node = nodes.at(name);
    EXPECT_EQ(stage.cycles, whole(node.at("latency")));
    EXPECT_NEAR(stage.rate_in, node.at("rate_in"), kTolerance);
    ASSERT_TRUE(stage.rate_out.has_value());
    EXPECT_NEAR(*stage.rate_out, node.at("rate_out"), kTolerance);
    EXPECT_EQ(stage.words_in, whole(node.at("size_in")));
    EXPECT_EQ(stage.words_out, whole(node.at("size_out")));
    EXPECT_EQ(stage.fill, whole(node.at("pipeline_depth")));
  }
};

TEST_F(GoldenChain, FollowsFromItsLayers) {
  const PublishedModel model;
  expect_stage(model.dense(first).stage, "conv0");
  expect_stage(word_a_cycle(4096, 4096), "relu0");
  expect_stage(sparse(second, 0.5).stage, "conv1");
  expect_stage(sparse(third, 0.6).stage, "conv2");
  expect_stage(model.rebundle(2048, 8192), "squeeze_conv2");
  EXPECT_EQ(sparse(second, 0.5).start_depth, whole(nodes.at("conv1").at("start_depth")));
}

TEST_F(GoldenChain, NeedsTheDsps) {
  EXPECT_EQ(engine_dsps(first, {16, 16}) + engine_dsps(second, {16, 16}) + engine_dsps(third, {16, 16}), 132);
}

}  // namespace
}  // namespace millrace::test
