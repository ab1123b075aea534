// The shipped traces of traces/digits are what a capture of the models there gives now.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture.hpp"
#include "traces/safetensors.hpp"

namespace millrace::capture {
namespace {

using traces::SafetensorsFile;
using traces::TensorInfo;

std::filesystem::path traces_folder() {
  return MILLRACE_TRACES_FOLDER;
}

nlohmann::json graph_of(const SafetensorsFile& file) {
  return nlohmann::json::parse(file.metadata().at("millrace"));
}

/// OpenCV's last bits differ from processor to processor: zeros do not, codes may by one.
void expect_same_tensor(const SafetensorsFile& now, const SafetensorsFile& shipped, std::size_t index) {
  const TensorInfo& tensor = now.tensors().at(index);
  ASSERT_EQ(tensor.name, shipped.tensors().at(index).name);
  ASSERT_EQ(tensor.dtype, shipped.tensors().at(index).dtype) << tensor.name;
  ASSERT_EQ(tensor.shape, shipped.tensors().at(index).shape) << tensor.name;
  const std::span<const std::uint8_t> bytes = now.data(tensor);
  const std::span<const std::uint8_t> expected = shipped.data(shipped.tensors().at(index));
  const int tolerance = tensor.name.find("_mask/") == std::string::npos ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    // A code of a signed tensor and its neighbour differ by one as bytes too, but for 0, which only a zero has.
    ASSERT_LE(std::abs(bytes[i] - expected[i]), tolerance) << tensor.name << ", byte " << i;
  }
}

void expect_shipped(const std::string& model, const std::string& trace) {
  const test::TemporaryFolder folder;
  CaptureOptions options;
  options.model = traces_folder() / "digits" / (model + ".onnx");
  options.images = traces_folder() / "digits" / "test.lst";
  options.preprocessing = parse_preprocessing("raw,size=8,scale=0.00392156862745098,layout=gray");
  options.name = "digits-" + model;
  options.out = folder / "now.safetensors";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> progress(std::tmpfile(), std::fclose);
  const CaptureSummary summary = capture(options, progress.get());
  EXPECT_EQ(summary.labelled, 64U);
  EXPECT_EQ(summary.correct, 64U);

  const SafetensorsFile now = SafetensorsFile::open(options.out);
  const SafetensorsFile shipped = SafetensorsFile::open(traces_folder() / trace);
  ASSERT_EQ(now.tensors().size(), shipped.tensors().size());
  for (std::size_t i = 0; i < now.tensors().size(); ++i) {
    expect_same_tensor(now, shipped, i);
  }
  const nlohmann::json graph = graph_of(now);
  const nlohmann::json expected = graph_of(shipped);
  EXPECT_EQ(graph["network"], expected["network"]);
  EXPECT_EQ(graph["images"], expected["images"]);
  EXPECT_EQ(graph["provenance"]["weight_hash"], expected["provenance"]["weight_hash"]);
  EXPECT_EQ(graph["provenance"]["preprocessing"], expected["provenance"]["preprocessing"]);
  ASSERT_EQ(graph["code_scales"].size(), expected["code_scales"].size());
  for (const auto& [name, scale] : expected["code_scales"].items()) {
    constexpr double rounding = 1e-5;
    EXPECT_NEAR(graph["code_scales"][name].get<double>() / scale.get<double>(), 1.0, rounding) << name;
  }
}

TEST(ShippedDigits, AreTheResNetAsItIsCapturedNow) {
  expect_shipped("resnet", "digits-resnet.safetensors");
}

TEST(ShippedDigits, AreTheMobileNetAsItIsCapturedNow) {
  expect_shipped("mobilenet", "digits-mobilenet.safetensors");
}

}  // namespace
}  // namespace millrace::capture
