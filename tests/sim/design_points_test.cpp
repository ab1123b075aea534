#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/sim/study_text.hpp"
#include "tests/traces/error_message.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

std::string points_refusal(const std::string& yaml) {
  const StudyFolder folder;
  return error_message<ConfigError>([&] { StudyPoints(folder, "accelerator: a.yaml\n" + yaml, residual_network()); });
}

TEST(DesignPoints, StepTheLastAxisFastest) {
  const StudyFolder folder;
  const StudyPoints study(folder, R"(accelerator: a.yaml
traces: [one.safetensors, two.safetensors]
axes:
  - {set: depth, values: [2, 4]}
  - zip: [{set: queue, values: [1, 3]}, {set: macs, values: [2, 1]}]
)",
                          residual_network());
  EXPECT_THAT(study.rows(),
              ElementsAre(ElementsAre("2", "1", "2"), ElementsAre("2", "3", "1"), ElementsAre("4", "1", "2"),
                          ElementsAre("4", "3", "1"), ElementsAre("2", "1", "2"), ElementsAre("2", "3", "1"),
                          ElementsAre("4", "1", "2"), ElementsAre("4", "3", "1")));
  EXPECT_EQ(study.points.trace(3), 0);
  EXPECT_EQ(study.points.trace(4), 1);
  const DesignPoint point = study.points.at(6);
  EXPECT_EQ(point.accelerator.trace, folder.folder / "two.safetensors");
  EXPECT_EQ(point.accelerator.depth, 4);
  EXPECT_EQ(point.accelerator.defaults.queue->value, 1);
  EXPECT_EQ(point.accelerator.defaults.macs->value, 2);
  EXPECT_TRUE(point.thresholds.empty());
}

TEST(DesignPoints, SetTheAcceleratorAsAWhole) {
  const StudyFolder folder;
  const StudyPoints study(folder, R"(accelerator: a.yaml
axes:
  - {set: clock_mhz, values: [123.5]}
  - {set: data_bits, values: [4]}
  - {set: memory.latency, values: [77]}
  - {set: memory.bytes_per_cycle, values: [3]}
  - {set: skip_depth, values: [minimum]}
  - {set: unit, values: [dense]}
)",
                          residual_network());
  ASSERT_EQ(study.points.size(), 1);
  const Accelerator accelerator = study.points.at(0).accelerator;
  EXPECT_EQ(accelerator.clock_mhz, 123.5);
  EXPECT_EQ(accelerator.data_bits, 4);
  EXPECT_EQ(accelerator.memory.latency, Cycles{77});
  EXPECT_EQ(accelerator.memory.bytes_per_cycle, 3);
  EXPECT_EQ(accelerator.skip_depth, SkipDepth::kMinimum);
  EXPECT_EQ(accelerator.defaults.unit->value, UnitKind::kDense);
}

TEST(DesignPoints, SetTheLayersThatMatchAndHaveTheSetting) {
  const StudyFolder folder("trace: t.safetensors\ndefaults: {}\nlayers: {conv1: {macs: 3, queue: 5}}\n");
  const traces::Network network = residual_network();
  const StudyPoints study(folder, R"(accelerator: a.yaml
axes:
  - {set: macs, layers: '*', values: [2]}
  - {set: lanes, layers: '*', values: [1]}
)",
                          network);
  const Accelerator accelerator = study.points.at(0).accelerator;
  for (const traces::Layer& layer : network.layers()) {
    SCOPED_TRACE(layer.name);
    const LayerSettings& settings = accelerator.layers.at(layer.name);
    EXPECT_EQ(settings.macs.has_value(), traces::has_weights(layer));
    EXPECT_EQ(settings.lanes.has_value(), !traces::has_weights(layer));
  }
  EXPECT_EQ(accelerator.layers.at("conv1").macs->value, 2);
  EXPECT_EQ(accelerator.layers.at("conv1").queue->value, 5);
}

TEST(DesignPoints, SetAnExactNameWhateverTheLayerIs) {
  const StudyFolder folder;
  const StudyPoints study(folder, "accelerator: a.yaml\naxes: [{set: macs, layers: add, values: [2]}]",
                          residual_network());
  EXPECT_TRUE(study.points.at(0).accelerator.layers.at("add").macs);
}

TEST(DesignPoints, SetTheStreamsOfTheDesignThatMatch) {
  // With four lanes behind conv2 there is a Rebundle in the shortcut, whose streams are met too.
  const StudyFolder folder;
  const StudyPoints study(folder, R"(accelerator: a.yaml
axes:
  - {set: coarse_out, layers: conv2, values: [1, 4]}
  - {set: depth, streams: '* -> *', values: [6]}
  - {set: depth, name: shortcut, streams: x.fork -> add*, values: [40]}
)",
                          residual_network());
  const Accelerator narrow = study.points.at(0).accelerator;
  const Accelerator wide = study.points.at(1).accelerator;
  EXPECT_TRUE(narrow.streams.contains("x.fork -> add"));
  EXPECT_TRUE(wide.streams.contains("x.fork -> add.rebundle1"));
  for (const Accelerator& accelerator : {narrow, wide}) {
    const Plan plan = complete(draft_plan(accelerator, residual_network()));
    EXPECT_EQ(plan.streams.size(), accelerator.streams.size());
    for (const PlannedStream& stream : plan.streams) {
      EXPECT_EQ(stream.depth.words, stream.name.starts_with("x.fork -> add") ? 40 : 6) << stream.name;
    }
  }
}

TEST(DesignPoints, SayThatNoStreamMatches) {
  const StudyFolder folder;
  const StudyPoints study(folder, "accelerator: a.yaml\naxes: [{set: depth, streams: 'y -> *', values: [2]}]",
                          residual_network());
  EXPECT_EQ(error_message<ConfigError>([&] { study.points.at(0); }),
            "s.yaml:2:14: this design has no stream 'y -> *'; 'millrace plan' lists them");
}

TEST(DesignPoints, ThresholdTensors) {
  const StudyFolder folder;
  const traces::Network network = residual_network();
  const StudyPoints study(folder, R"(accelerator: a.yaml
axes:
  - {set: threshold_activations, values: [3]}
  - {set: threshold_weights, layers: conv2, values: [7]}
)",
                          network);
  const traces::CodeThresholds thresholds = study.points.at(0).thresholds;
  ASSERT_EQ(thresholds.weights.size(), 1);
  EXPECT_EQ(network.layers().at(thresholds.weights.begin()->first).name, "conv2");
  EXPECT_EQ(thresholds.weights.begin()->second, 7);
  std::set<std::size_t> read_by_weights;
  for (const traces::Layer& layer : network.layers()) {
    if (traces::has_weights(layer)) {
      read_by_weights.insert(layer.inputs.front().index);
    }
  }
  ASSERT_EQ(thresholds.activations.size(), read_by_weights.size());
  for (const auto& [edge, threshold] : thresholds.activations) {
    EXPECT_TRUE(read_by_weights.contains(edge));
    EXPECT_EQ(threshold, 3);
  }
}

TEST(DesignPoints, ShareAKeyWhereOnlyTimingDiffers) {
  const StudyFolder folder;
  const StudyPoints study(folder, R"(accelerator: a.yaml
traces: [one.safetensors, two.safetensors]
axes:
  - {set: depth, values: [2, 4]}
  - {set: macs, layers: conv1, values: [1, 2]}
  - {set: lock_step, values: [false, true]}
  - {set: queue, layers: '*', values: [1, 2]}
  - {set: pixel_buffers, values: [1, 2]}
  - {set: skip_depth, values: [ample, minimum]}
  - {set: memory.latency, values: [1, 2]}
  - {set: clock_mhz, values: [100, 200]}
  - {set: data_bits, values: [8, 16]}
  - {set: depth, streams: '*', values: [3, 4]}
  - {set: threshold_weights, values: [0, 1]}
)",
                          residual_network());
  std::map<std::uint64_t, std::set<std::vector<std::string>>> work_of_key;
  for (std::size_t point = 0; point < study.points.size(); ++point) {
    const std::vector<std::string> values = study.points.values(point);
    work_of_key[study.points.work_key(point)].insert(
        {std::to_string(study.points.trace(point)), values[1], values[10]});
  }
  EXPECT_EQ(work_of_key.size(), 8);
  for (const auto& [key, work] : work_of_key) {
    EXPECT_EQ(work.size(), 1) << "points of key " << key << " differ in work";
  }
}

TEST(DesignPoints, CanBeASampleOfTheGrid) {
  const StudyFolder folder;
  const std::string text =
      "accelerator: a.yaml\naxes: [{set: depth, range: {from: 1, to: 50000}}, {set: queue, range: {from: 1, to: "
      "50000}}]\n"
      "sample: {points: 30, seed: ";
  const StudyPoints study(folder, text + "1}", residual_network());
  EXPECT_EQ(study.points.size(), 30);
  const std::vector<std::vector<std::string>> rows = study.rows();
  EXPECT_EQ((std::set<std::vector<std::string>>(rows.begin(), rows.end()).size()), 30);
  EXPECT_EQ(rows, StudyPoints(folder, text + "1}", residual_network()).rows());
  EXPECT_NE(rows, StudyPoints(folder, text + "2}", residual_network()).rows());
}

TEST(DesignPoints, CanBeTheWholeGridByDrawingAllOfIt) {
  const StudyFolder folder;
  const std::string axes =
      "accelerator: a.yaml\naxes: [{set: depth, values: [1, 2, 3]}, {set: queue, values: [1, 2]}]\n";
  EXPECT_EQ(StudyPoints(folder, axes + "sample: {points: 6}", residual_network()).rows(),
            StudyPoints(folder, axes, residual_network()).rows());
}

TEST(DesignPoints, AreBounded) {
  const std::string wide = "{range: {from: 1, to: 60000}, set: ";
  EXPECT_THAT(
      points_refusal("axes: [" + wide + "depth}, " + wide + "queue}]"),
      HasSubstr("s.yaml: the grid has 3600000000 points, legal are 100000; take fewer values, or draw some with "
                "'sample: {points: 1000}'"));
  EXPECT_THAT(points_refusal("axes: [" + wide + "depth}, " + wide + "queue}, " + wide + "coarse_in}, " + wide +
                             "coarse_out}]\nsample: {points: 3}"),
              HasSubstr("the grid has more than 2^62 points"));
  EXPECT_THAT(points_refusal("axes: [{set: depth, values: [1, 2]}]\nsample: {points: 3}"),
              HasSubstr("s.yaml:3:9: sample draws 3 points of a grid of 2; legal are up to 2"));
}

TEST(DesignPoints, SayThatNoLayerMatches) {
  EXPECT_THAT(
      points_refusal("axes: [{set: macs, layers: 'konv*', values: [1, 2]}]"),
      HasSubstr("s.yaml:2:14: network 'residual' has no layer 'konv*' with a setting 'macs'; 'millrace inspect' "
                "lists its layers"));
  EXPECT_THAT(points_refusal("axes: [{set: macs, layers: 'ad*', values: [1, 2]}]"), HasSubstr("has no layer 'ad*'"));
}

}  // namespace
}  // namespace millrace::sim
