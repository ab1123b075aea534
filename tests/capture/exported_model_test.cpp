// What PyTorch exports, at the opsets in use, runs as it is meant.
#include "tests/capture/exported_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "traces/capture/graph_import.hpp"
#include "traces/capture/inference.hpp"
#include "traces/capture/normalise/normalise.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::capture {
namespace {

using test::ExportedModel;
using test::PlainMap;

class ExportedModelOfOpset : public testing::TestWithParam<std::tuple<int, bool>> {};

std::vector<std::string> layers_of(const traces::Network& network) {
  std::vector<std::string> result;
  for (const traces::Layer& layer : network.layers()) {
    std::string text(traces::operator_name(layer.op));
    for (const std::string& step : layer.pointwise) {
      text += " " + step;
    }
    result.push_back(text);
  }
  return result;
}

/// [H, W, C] to [C, H, W].
std::vector<float> channels_first(const std::vector<float>& values, std::size_t channels) {
  std::vector<float> result;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t i = channel; i < values.size(); i += channels) {
      result.push_back(values[i]);
    }
  }
  return result;
}

TEST_P(ExportedModelOfOpset, ComputesWhatPlainLoopsDo) {
  const auto [opset, counts_padding] = GetParam();
  const ExportedModel exported(opset, counts_padding);
  onnx::ModelProto model = exported.model().model();
  EXPECT_THAT(normalise(*model.mutable_graph()), testing::ElementsAre("node '/scores/Softmax' (Softmax)"));
  const ImportedGraph graph = import_graph(model.graph(), "n");
  EXPECT_EQ(layers_of(graph.network),
            (std::vector<std::string>{"conv relu6", "conv relu6", "conv", "pointwise batch_norm relu", "conv", "add",
                                      "max_pool", "average_pool", "concat", "global_average_pool", "fully_connected"}));

  std::mt19937 random(7);
  const PlainMap image{3, 11, 11, test::exact_values(3 * 11 * 11, random)};
  cv::Mat input(std::vector<int>{1, 3, 11, 11}, CV_32F);
  std::copy(image.values.begin(), image.values.end(), input.ptr<float>());
  Inference inference(graph, {});
  inference.run(input);

  const std::map<std::string, PlainMap> expected = exported.evaluate(image);
  std::vector<traces::EdgeId> edges = traces::masked_edges(graph.network);
  EXPECT_EQ(edges.size(), 5U);
  edges.push_back(graph.network.output());
  for (const traces::EdgeId id : edges) {
    const traces::Edge& edge = graph.network.edge(id);
    const PlainMap& map = expected.at(edge.name);
    EXPECT_EQ(edge.shape, (traces::MapShape{map.height, map.width, map.channels})) << edge.name;
    EXPECT_THAT(channels_first(inference.values(id), static_cast<std::size_t>(map.channels)),
                testing::Pointwise(testing::FloatNear(1e-4F), map.values))
        << edge.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Opsets, ExportedModelOfOpset,
                         testing::Combine(testing::Values(10, 11, 12, 13, 14, 15, 17), testing::Bool()));

}  // namespace
}  // namespace millrace::capture
