// What a capture says to models that it cannot use; nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <random>

#include "tests/capture/small_network.hpp"
#include "tests/traces/error_message.hpp"
#include "tests/traces/ordinary_user.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/guard.hpp"
#include "traces/capture/interrupt.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/network.hpp"
#include "traces/trace.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using test::ModelBuilder;
using testing::HasSubstr;

class BadInput : public testing::Test {
 protected:
  BadInput() {
    cv::imwrite((folder / "image.png").string(), cv::Mat(9, 7, CV_8UC3, cv::Scalar(1, 2, 3)));
    std::ofstream(folder / "image.png.lst") << "image.png\n";
  }

  CaptureOptions options() const {
    CaptureOptions options;
    options.model = folder / "m.onnx";
    options.images = folder / "image.png.lst";
    options.out = folder / "out.safetensors";
    options.masks_only = true;
    return options;
  }

  template <class Error>
  std::string capture_refusal(const ModelBuilder& model) {
    model.write(folder / "m.onnx");
    const std::string message = error_message<Error>([&] { run(options()); });
    expect_no_output();
    return message;
  }

  static void run(const CaptureOptions& options) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> progress(std::tmpfile(), std::fclose);
    capture(options, progress.get());
  }

  /// Neither under its name nor half-written under another.
  void expect_no_output() const {
    for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder.path())) {
      EXPECT_THAT(entry.path().string(), testing::Not(HasSubstr("out.safetensors")));
    }
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

TEST_F(BadInput, MustBeAFileThatCanBeRead) {
  test::SmallNetwork(1).model().write(folder / "m.onnx");
  std::filesystem::permissions(folder / "m.onnx", std::filesystem::perms::none);
  {
    const test::OrdinaryUser user;
    EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: cannot be read: Permission denied"));
  }
  std::filesystem::remove(folder / "m.onnx");
  ASSERT_EQ(::mkfifo((folder / "m.onnx").c_str(), 0600), 0);
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: is no regular file"));
  std::filesystem::remove(folder / "m.onnx");
  std::filesystem::create_directory(folder / "m.onnx");
  EXPECT_THAT(load_refusal(), HasSubstr("m.onnx: is a folder; name an ONNX model"));
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

TEST_F(BadInput, MustHaveALayerWithWeights) {
  ModelBuilder model(3, 9, 7);
  model.node("Relu", {"image"}, "scores");
  model.output("scores");
  EXPECT_THAT(capture_refusal<CaptureError>(model),
              HasSubstr("m.onnx: has no convolution and no fully connected layer"));
}

/// Weights elsewhere are refused wherever elsewhere is: no path in a model is ever followed.
TEST_F(BadInput, MustKeepItsWeightsInItsOwnFile) {
  std::ofstream(folder / "weights.bin") << std::string(4096, 'x');
  for (const std::string& location : {std::string("weights.bin"), std::string("../weights.bin"),
                                      std::string("/etc/passwd"), (folder / "weights.bin").string()}) {
    ModelBuilder model = test::SmallNetwork(1).model();
    onnx::TensorProto& tensor = *model.graph().mutable_initializer(0);
    tensor.clear_float_data();
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    onnx::StringStringEntryProto& entry = *tensor.add_external_data();
    entry.set_key("location");
    entry.set_value(location);
    EXPECT_THAT(capture_refusal<CaptureError>(model), HasSubstr("keeps the values of tensor 'first.weight' in another "
                                                                "file; export it as one file"));
  }
}

TEST_F(BadInput, MustHaveShapesThatFitIntoMemory) {
  const auto with_input = [](std::int64_t channels, std::int64_t height, std::int64_t width) {
    ModelBuilder model = test::SmallNetwork(1).model();
    onnx::TensorShapeProto& shape =
        *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    int axis = 1;
    for (const std::int64_t size : {channels, height, width}) {
      shape.mutable_dim(axis++)->set_dim_value(size);
    }
    return model;
  };
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t size : {most, std::int64_t{65537}, std::int64_t{0}, std::int64_t{-5}}) {
    EXPECT_NE(capture_refusal<traces::TraceError>(with_input(3, size, 7)), "") << size;
    EXPECT_NE(capture_refusal<traces::TraceError>(with_input(3, 9, size)), "") << size;
  }
  EXPECT_NE(capture_refusal<traces::TraceError>(with_input(3, 65536, 65536)), "");
  ModelBuilder model = test::SmallNetwork(1).model();
  model.graph().mutable_initializer(0)->set_dims(0, most);
  EXPECT_THAT(capture_refusal<CaptureError>(model), HasSubstr("which is not what its shape says"));
  model.graph().mutable_initializer(0)->set_dims(0, -12);
  EXPECT_THAT(capture_refusal<CaptureError>(model), HasSubstr("which is not what its shape says"));
}

TEST_F(BadInput, MustHaveImagesThatAreImages) {
  std::ofstream(folder / "image.png") << "no image";
  EXPECT_THAT(capture_refusal<CaptureError>(test::SmallNetwork(1).model()), HasSubstr("image.png: is no image"));
}

TEST_F(BadInput, MustHaveLabelsOfTheModel) {
  std::ofstream(folder / "image.png.lst") << "image.png 5\n";
  EXPECT_THAT(capture_refusal<CaptureError>(test::SmallNetwork(1).model()),
              HasSubstr("image.png.lst:1: class 5 must be 0 to 4: the model has 5 classes"));
}

/// A child's exit code, as the program gives it.
int exit_code_of(const std::filesystem::path& folder, const std::function<void()>& work) {
  return run_guarded(
      [&work]() -> int {
        try {
          work();
        } catch (const std::exception&) {
          ::_exit(2);
        }
        ::_exit(0);
      },
      folder);
}

/// A limit on the size of files stands for a full disk: tests need no rights to set it.
TEST_F(BadInput, MayMeetAFullDisk) {
  test::SmallNetwork(1).model().write(folder / "m.onnx");
  const auto with_limit = [&](rlim_t bytes, std::optional<std::size_t> shards) {
    return exit_code_of(folder.path(), [&, shards] {
      const rlimit limit = {bytes, bytes};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      CaptureOptions limited = options();
      limited.shards = shards;
      capture(limited, stderr);
    });
  };
  run(options());
  const rlim_t whole = std::filesystem::file_size(folder / "out.safetensors");
  std::filesystem::remove(folder / "out.safetensors");
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{100}, whole / 2, whole - 1}) {
    EXPECT_EQ(with_limit(bytes, std::nullopt), 2) << bytes;
    expect_no_output();
    EXPECT_EQ(with_limit(bytes / 2, 1), 2) << bytes;
    expect_no_output();
  }
  EXPECT_EQ(with_limit(whole, std::nullopt), 0);
}

TEST_F(BadInput, SaysThatTheDiskIsFull) {
  test::SmallNetwork(1).model().write(folder / "m.onnx");
  constexpr int as_expected = 42;
  const int code = run_guarded(
      [&]() -> int {
        const rlimit limit = {100, 100};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::string message;
        try {
          capture(options(), stderr);
        } catch (const traces::TraceError& error) {
          message = error.what();
        }
        const bool is_right = message.ends_with(
            "out.safetensors: cannot be written: File too large; check folder, rights and free space");
        ::_exit(is_right ? as_expected : 0);
      },
      folder.path());
  EXPECT_EQ(code, as_expected);
}

/// What a damaged model does: it is refused, or it is a model all the same, and then the trace is one. Never anything
/// else, and never half a file.
TEST_F(BadInput, SurvivesDamagedModels) {
  constexpr std::uint32_t seed = 30;
  constexpr int models = 200;
  SCOPED_TRACE(seed);
  test::SmallNetwork(1).model().write(folder / "m.onnx");
  std::ifstream stream(folder / "m.onnx", std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  std::mt19937 random(seed);
  int refused = 0;
  for (int i = 0; i < models; ++i) {
    std::string damaged = whole;
    if (i % 4 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
        damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
      }
    }
    std::ofstream(folder / "m.onnx", std::ios::binary) << damaged;
    const int code = exit_code_of(folder.path(), [&] { run(options()); });
    SCOPED_TRACE(i);
    ASSERT_TRUE(code == 0 || code == 2) << code;
    if (code == 0) {
      EXPECT_EQ(traces::Trace::open(folder / "out.safetensors").images().size(), 1U);
      std::filesystem::remove(folder / "out.safetensors");
    } else {
      ++refused;
    }
    expect_no_output();
  }
  EXPECT_GT(refused, models / 4);
  EXPECT_LT(refused, models);
}

}  // namespace
}  // namespace millrace::capture
