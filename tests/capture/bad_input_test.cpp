// What a capture says to models that it cannot use; nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <limits>
#include <opencv2/imgcodecs.hpp>

#include "tests/capture/small_network.hpp"
#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/interrupt.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/network.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using test::ModelBuilder;
using testing::HasSubstr;

class BadInput : public testing::Test {
 protected:
  BadInput() { cv::imwrite((folder / "image.png").string(), cv::Mat(9, 7, CV_8UC3, cv::Scalar(1, 2, 3))); }

  template <class Error>
  std::string capture_refusal(const ModelBuilder& model) {
    model.write(folder / "m.onnx");
    CaptureOptions options;
    options.model = folder / "m.onnx";
    options.images = folder.path();
    options.out = folder / "out.safetensors";
    options.masks_only = true;
    std::FILE* progress = std::tmpfile();
    const std::string message = error_message<Error>([&] { capture(options, progress); });
    std::fclose(progress);
    for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder.path())) {
      EXPECT_THAT(entry.path().string(), testing::Not(HasSubstr("out.safetensors")));
    }
    return message;
  }

  std::string load_refusal() {
    return error_message<CaptureError>([&] { load_model(folder / "m.onnx"); });
  }

  test::TemporaryFolder folder;
};

TEST_F(BadInput, MustBeAnOnnxFile) {
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: there is no such file"));
  std::ofstream(folder / "m.onnx") << "this is text, and no model";
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: is not an ONNX model"));
  std::ofstream(folder / "m.onnx").flush();
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: has no nodes"));
  test::SmallNetwork(1).model().write(folder / "m.onnx");
  std::filesystem::resize_file(folder / "m.onnx", std::filesystem::file_size(folder / "m.onnx") / 2);
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: is not an ONNX model"));
}

TEST_F(BadInput, MustHaveOneInputAndOneOutput) {
  ModelBuilder model = test::SmallNetwork(1).model();
  model.output("first");
  model.write(folder / "m.onnx");
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: has 1 inputs and 2 outputs, must have one of each"));
}

TEST_F(BadInput, MustKeepItsWeights) {
  ModelBuilder model = test::SmallNetwork(1).model();
  model.graph().mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
  model.write(folder / "m.onnx");
  EXPECT_THAT(load_refusal(), HasSubstr("keeps the values of tensor 'first.weight' in another file"));
}

TEST_F(BadInput, MustHaveWeightsOfTheShapeItSays) {
  ModelBuilder model = test::SmallNetwork(1).model();
  model.graph().mutable_initializer(1)->mutable_float_data()->RemoveLast();
  EXPECT_THAT(capture_refusal<CaptureError>(model), HasSubstr("tensor 'first.bias' holds 44 bytes of values"));
  model.graph().mutable_initializer(1)->set_data_type(onnx::TensorProto::FLOAT16);
  EXPECT_THAT(capture_refusal<CaptureError>(model), HasSubstr("export the model in 32-bit floating point"));
}

TEST_F(BadInput, MustNotComputeInfinity) {
  ModelBuilder model = test::SmallNetwork(1).model();
  model.graph().mutable_initializer(0)->set_float_data(0, std::numeric_limits<float>::infinity());
  EXPECT_THAT(capture_refusal<traces::TraceError>(model), HasSubstr("'/first/Conv': a value is inf"));
}

TEST_F(BadInput, LeavesNoFileWhenInterrupted) {
  catch_interrupts();
  std::raise(SIGINT);
  EXPECT_THAT(capture_refusal<Interrupted>(test::SmallNetwork(1).model()), HasSubstr("nothing was written"));
}

}  // namespace
}  // namespace millrace::capture
