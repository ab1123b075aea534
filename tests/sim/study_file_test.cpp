#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/study_text.hpp"
#include "tests/traces/error_message.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const std::string& yaml) {
  const StudyFolder folder;
  return error_message<ConfigError>([&] { folder.read(yaml); });
}

/// A refusal of a study with this one axis; the axis begins at line 3, column 5.
std::string refusal_of_axis(const std::string& axis) {
  return refusal("accelerator: a.yaml\naxes:\n  - " + axis + "\n");
}

/// The values of the only column of a study.
std::vector<std::string> values_of(const std::string& axis) {
  const StudyFolder folder;
  return folder.read("accelerator: a.yaml\naxes: [" + axis + "]\n").axes.at(0).columns.at(0).values;
}

auto at(const std::string& line_and_column, const std::string& message) {
  return HasSubstr("s.yaml:" + line_and_column + ": " + message);
}

TEST(StudyFile, IsReadWithAllItsParts) {
  const StudyFolder folder;
  const Study study = folder.read(R"(accelerator: ./a.yaml
traces: [one.safetensors, more/two.safetensors]
images: 3
axes:
  - {set: depth, values: [2, 4]}
  - name: pair
    set: macs
    layers: "/block*"
    range: {from: 1, to: 3}
  - zip:
      - {set: memory.latency, values: [8, 16]}
      - {set: threshold_activations, values: [0, 2]}
sample: {points: 5, seed: 9}
)");
  EXPECT_EQ(study.accelerator_file, folder.folder / "a.yaml");
  EXPECT_EQ(study.accelerator.file, "./a.yaml");
  ASSERT_EQ(study.traces.size(), 2);
  EXPECT_EQ(study.traces[1].name, "more/two.safetensors");
  EXPECT_EQ(study.traces[1].file, folder.folder / "more/two.safetensors");
  EXPECT_EQ(study.images->value, 3);
  EXPECT_THAT(study.columns(), ElementsAre("depth", "pair", "memory.latency", "threshold_activations"));
  ASSERT_EQ(study.axes.size(), 3);
  EXPECT_EQ(study.axes[2].steps(), 2);
  EXPECT_EQ(study.sample->points, 5);
  EXPECT_EQ(study.sample->seed, 9);
}

TEST(StudyFile, TakesTheTraceOfTheAccelerator) {
  const StudyFolder folder;
  const Study study = folder.read("accelerator: a.yaml\n");
  ASSERT_EQ(study.traces.size(), 1);
  EXPECT_EQ(study.traces[0].name, "t.safetensors");
  EXPECT_EQ(study.traces[0].file, folder.folder / "t.safetensors");
  const StudyFolder without("defaults: {}\n");
  EXPECT_THAT(error_message<ConfigError>([&] { without.read("accelerator: a.yaml\n"); }),
              HasSubstr("s.yaml: neither the study nor 'a.yaml' names a trace; add 'traces: [FILE]'"));
}

TEST(StudyFile, NamesColumnsByWhatTheySet) {
  const StudyFolder folder;
  const Study study = folder.read(
      "accelerator: a.yaml\naxes: [{set: queue, layers: '*', values: [1]}, {set: depth, streams: 'a -> *', values: "
      "[1]}]");
  EXPECT_THAT(study.columns(), ElementsAre("queue *", "depth a -> *"));
}

TEST(StudyFile, CountsRanges) {
  EXPECT_THAT(values_of("{set: depth, range: {from: 2, to: 5}}"), ElementsAre("2", "3", "4", "5"));
  EXPECT_THAT(values_of("{set: depth, range: {from: 2, to: 9, step: 3}}"), ElementsAre("2", "5", "8"));
  EXPECT_THAT(values_of("{set: depth, range: {from: 3, to: 24, factor: 2}}"), ElementsAre("3", "6", "12", "24"));
  EXPECT_THAT(values_of("{set: depth, range: {from: 7, to: 7}}"), ElementsAre("7"));
  EXPECT_THAT(values_of("{set: memory.latency, range: {from: 0, to: 2}}"), ElementsAre("0", "1", "2"));
}

TEST(StudyFile, DrawsTheSameForTheSameSeed) {
  const std::string draws = "{{set: depth, random: {{from: 10, to: 99, count: 6, seed: {}}}}}";
  const std::vector<std::string> drawn = values_of(fmt::format(fmt::runtime(draws), 1));
  EXPECT_EQ(drawn, values_of(fmt::format(fmt::runtime(draws), 1)));
  EXPECT_NE(drawn, values_of(fmt::format(fmt::runtime(draws), 2)));
  // Fixed: a study must draw the same on every machine and in every version.
  EXPECT_THAT(drawn, ElementsAre("33", "35", "53", "54", "80", "82"));
  EXPECT_TRUE(std::ranges::is_sorted(drawn));
}

TEST(StudyFile, DrawsEachValueOnceInAnAxisOfItsOwn) {
  EXPECT_THAT(values_of("{set: depth, random: {values: [9, 3, 5], count: 3}}"), ElementsAre("9", "3", "5"));
  EXPECT_THAT(refusal_of_axis("{set: depth, random: {from: 1, to: 3, count: 4}}"),
              at("3:26", "random draws 4 of 3 values; an axis takes each once, so legal are up to 3"));
}

TEST(StudyFile, DrawsIndependentlyInAZip) {
  const StudyFolder folder;
  const Study study = folder.read(R"(accelerator: a.yaml
axes:
  - zip:
      - {set: queue, random: {values: [1, 2], count: 40, seed: 1}}
      - {set: pixel_buffers, random: {values: [1, 2], count: 40, seed: 1}}
)");
  const Axis& axis = study.axes.at(0);
  EXPECT_EQ(axis.steps(), 40);
  EXPECT_NE(axis.columns[0].values, axis.columns[1].values);
  EXPECT_FALSE(std::ranges::is_sorted(axis.columns[0].values));
}

TEST(StudyFile, SaysWhatIsWrongWithItsParts) {
  EXPECT_THAT(refusal("accelerator: \"a\\x04b\\n.yaml\"\n"), HasSubstr("a?b?.yaml: there is no such file"));
  EXPECT_THAT(refusal(""), HasSubstr("s.yaml: is empty; a study is, for instance, {accelerator: a.yaml, axes:"));
  EXPECT_THAT(refusal("axes: []"), at("1:7", "'axes' must be a list, such as [{set: depth, values: [2, 4, 8]}]"));
  EXPECT_THAT(refusal("images: 2"), HasSubstr("s.yaml: names no accelerator; add 'accelerator: FILE'"));
  EXPECT_THAT(refusal("accelerator: b.yaml"), HasSubstr("b.yaml: there is no such file"));
  EXPECT_THAT(refusal("accelerator: a.yaml\naxis: []"),
              at("2:1", "unknown key 'axis' in the study; did you mean 'axes'?"));
  EXPECT_THAT(refusal("accelerator: a.yaml\ntraces: [x, ./x]"), at("2:13", "trace './x' stands twice; keep one"));
  EXPECT_THAT(refusal("accelerator: a.yaml\ntraces: x"), at("2:9", "'traces' must be a list of files"));
  EXPECT_THAT(refusal("accelerator: a.yaml\nsample: {seed: 1}"), at("2:9", "'points' is missing in sample"));
  EXPECT_THAT(refusal("accelerator: a.yaml\nsample: {points: 100001}"),
              at("2:18", "points must be a whole number from 1 to 100000, not '100001'"));
  EXPECT_THAT(refusal("accelerator: a.yaml\naxes:\n  - {set: depth, values: [1]}\n  - {set: depth, values: [2]}"),
              at("4:5", "two columns are called 'depth'; give one of them another 'name'"));
}

TEST(StudyFile, SaysWhatIsWrongWithAnAxis) {
  EXPECT_THAT(refusal_of_axis("{values: [1]}"), at("3:5", "the axis does not say what it sets; add 'set: depth'"));
  EXPECT_THAT(refusal_of_axis("{set: depth}"), at("3:5", "an axis has one of 'values', 'range' and 'random'"));
  EXPECT_THAT(refusal_of_axis("{set: depth, values: [1], range: {from: 1, to: 2}}"),
              at("3:5", "an axis has one of 'values', 'range' and 'random'"));
  EXPECT_THAT(refusal_of_axis("{set: depht, values: [1]}"),
              at("3:11",
                 "'depht' is no setting of an accelerator; did you mean 'depth'? legal are "
                 "threshold_activations, threshold_weights, clock_mhz, data_bits, memory.bytes_per_cycle"));
  EXPECT_THAT(refusal_of_axis("{set: latency, values: [1]}"), at("3:11", "'latency' is no setting of an accelerator"));
  EXPECT_THAT(refusal_of_axis("{set: depth, layers: x, values: [1]}"), at("3:11", "'depth' is no setting of layers"));
  EXPECT_THAT(refusal_of_axis("{set: queue, streams: x, values: [1]}"),
              at("3:11", "'queue' is no setting of streams; legal are depth"));
  EXPECT_THAT(refusal_of_axis("{set: depth, layers: x, streams: x, values: [1]}"),
              at("3:38", "an axis has 'layers' or 'streams', not both; remove one"));
  EXPECT_THAT(refusal_of_axis("{set: depth, values: 3}"), at("3:26", "'values' must be a list, such as [2, 4, 8]"));
}

TEST(StudyFile, ChecksValuesAsTheAcceleratorFileDoes) {
  EXPECT_THAT(refusal_of_axis("{set: depth, values: [2, 0]}"),
              at("3:30", "depth must be a whole number from 1 to 16777216, not '0'"));
  EXPECT_THAT(refusal_of_axis("{set: unit, values: [dense, sparse]}"),
              at("3:33", "unit must be one of dense, skip_weights, skip_activations, skip_both, not 'sparse'"));
  EXPECT_THAT(refusal_of_axis("{set: lock_step, layers: c, values: [yes]}"),
              at("3:42", "lock_step must be true or false, not 'yes'"));
  EXPECT_THAT(refusal_of_axis("{set: memory.burst, values: [0]}"), at("3:34", "burst must be a whole number from 1"));
  EXPECT_THAT(refusal_of_axis("{set: depth, streams: 'a -> *', values: [x]}"),
              at("3:46", "the depth of stream 'a -> *' must be a whole number"));
  EXPECT_THAT(refusal_of_axis("{set: threshold_weights, values: [256]}"),
              at("3:39", "threshold_weights must be a whole number from 0 to 255, not '256'"));
  EXPECT_THAT(refusal_of_axis("{set: pixel_buffers, range: {from: 1, to: 5000}}"),
              at("3:47", "pixel_buffers must be a whole number from 1 to 4096, not '5000'"));
  EXPECT_THAT(refusal_of_axis("{set: unit, range: {from: 1, to: 2}}"), at("3:31", "unit must be one of dense"));
}

TEST(StudyFile, ChecksRangesAndZips) {
  EXPECT_THAT(refusal_of_axis("{set: depth, range: {from: 4, to: 2}}"),
              at("3:25", "range goes from 4 down to 2; 'from' is the smaller one"));
  EXPECT_THAT(refusal_of_axis("{set: depth, range: {from: 4}}"), at("3:25", "'to' is missing in range"));
  EXPECT_THAT(refusal_of_axis("{set: depth, range: {from: 1, to: 4, step: 1, factor: 2}}"),
              at("3:25", "range has 'step' or 'factor', not both"));
  EXPECT_THAT(refusal_of_axis("{set: memory.latency, range: {from: 0, to: 4, factor: 2}}"),
              at("3:34", "range stays at 0 whatever the factor"));
  EXPECT_THAT(refusal_of_axis("{set: depth, range: {from: 1, to: 200000}}"),
              at("3:25", "range has 200000 values, legal are 100000"));
  EXPECT_THAT(refusal_of_axis("{set: depth, random: {values: [1], from: 1, to: 2, count: 1}}"),
              at("3:26", "random has 'values', or 'from' and 'to', not both"));
  EXPECT_THAT(refusal_of_axis("{zip: [{set: depth, values: [1]}]}"),
              at("3:11", "'zip' must be a list of two axes or more"));
  EXPECT_THAT(refusal_of_axis("{zip: [{set: depth, values: [1]}, {set: queue, values: [1, 2]}]}"),
              at("3:39", "has 2 values, but the first axis of the zip has 1"));
}

}  // namespace
}  // namespace millrace::sim
