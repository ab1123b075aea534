// A capture in several files, broken off and taken up again.
#include "traces/capture/shards.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "tests/capture/small_network.hpp"
#include "tests/traces/error_message.hpp"
#include "tests/traces/ordinary_user.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/interrupt.hpp"
#include "traces/partial_file.hpp"
#include "traces/trace.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t image_count = 20;
constexpr std::size_t shard_count = 4;

using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Stream quiet() {
  return {std::tmpfile(), std::fclose};
}

/// A stream that sends `signal` to its own process as soon as `text` is written to it.
struct Trigger {
  std::string text;
  int signal;
};

ssize_t pull(void* trigger, const char* text, std::size_t size) {
  const auto& wanted = *static_cast<const Trigger*>(trigger);
  if (std::string_view(text, size).find(wanted.text) != std::string_view::npos) {
    ::raise(wanted.signal);
  }
  return static_cast<ssize_t>(size);
}

Stream open_trigger(Trigger& trigger) {
  cookie_io_functions_t functions = {};
  functions.write = pull;
  Stream stream(::fopencookie(&trigger, "w", functions), std::fclose);
  std::setvbuf(stream.get(), nullptr, _IONBF, 0);
  return stream;
}

std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = {std::istreambuf_iterator<char>(stream), {}};
  }
  return files;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files_in(folder)) {
    names.push_back(name);
  }
  return names;
}

class ShardedCapture : public testing::Test {
 protected:
  ShardedCapture() {
    network.model().write(folder / "m.onnx");
    cv::RNG random(3);
    std::ofstream list(folder / "images.lst");
    for (std::size_t i = 0; i < image_count; ++i) {
      cv::Mat pixels(9, 7, CV_8UC3);
      random.fill(pixels, cv::RNG::UNIFORM, 0, 4 + static_cast<int>(i));
      cv::imwrite((folder / ("i" + std::to_string(i) + ".png")).string(), pixels);
      list << 'i' << i << ".png " << i % 5 << '\n';
    }
  }

  CaptureOptions options(const std::string& out) const {
    CaptureOptions options;
    options.model = folder / "m.onnx";
    options.images = folder / "images.lst";
    options.out = folder / out;
    options.shards = shard_count;
    return options;
  }

  std::string refusal(const CaptureOptions& options) const {
    const auto before = files_in(folder / "out");
    const std::string message = error_message<std::exception>([&] { capture(options, quiet().get()); });
    EXPECT_EQ(files_in(folder / "out"), before);
    return message;
  }

  /// Ends a capture in a process of its own when `text` is shown.
  static void kill_when(const CaptureOptions& options, const std::string& text) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      Trigger trigger{text, SIGKILL};
      capture(options, open_trigger(trigger).get());
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }

  test::TemporaryFolder folder;
  test::SmallNetwork network = test::SmallNetwork(31);
};

TEST(ShardPlan, SplitsImagesEvenlyAndInOrder) {
  for (const std::size_t images : {7U, 8U, 100U, 10000U}) {
    for (const std::size_t count : {1U, 2U, 3U, 7U}) {
      const std::vector<PlannedFile> files = plan_shards("folder", count, images);
      ASSERT_EQ(files.size(), count);
      std::size_t next = 0;
      for (const PlannedFile& file : files) {
        EXPECT_EQ(file.first_image, next);
        EXPECT_TRUE(file.images == images / count || file.images == images / count + 1);
        EXPECT_EQ(file.place->first_image, static_cast<std::int64_t>(next));
        EXPECT_EQ(file.place->images, static_cast<std::int64_t>(images));
        next += file.images;
      }
      EXPECT_EQ(next, images);
    }
  }
  EXPECT_EQ(plan_shards("folder", 12, 100)[9].file, "folder/shard-0010-of-0012.safetensors");
  EXPECT_THAT(error_message<CaptureError>([] { plan_shards("folder", 3, 2); }),
              HasSubstr("--shards is 3, but there are 2 images"));
}

TEST_F(ShardedCapture, IsTheTraceOfOneFile) {
  CaptureOptions one = options("one.safetensors");
  one.shards.reset();
  const CaptureSummary expected = capture(one, quiet().get());
  const CaptureSummary summary = capture(options("out"), quiet().get());
  EXPECT_EQ(summary.files, shard_count);
  EXPECT_EQ(summary.files_before, 0U);
  EXPECT_EQ(summary.correct, expected.correct);
  EXPECT_EQ(summary.labelled, image_count);
  EXPECT_THAT(names_in(folder / "out"),
              ElementsAre("shard-0001-of-0004.safetensors", "shard-0002-of-0004.safetensors",
                          "shard-0003-of-0004.safetensors", "shard-0004-of-0004.safetensors"));
  const traces::Trace whole = traces::Trace::open(folder / "one.safetensors");
  const traces::Trace shards = traces::Trace::open(folder / "out");
  ASSERT_EQ(shards.images().size(), image_count);
  for (std::size_t i = 0; i < image_count; ++i) {
    EXPECT_EQ(shards.images()[i].name, whole.images()[i].name);
    EXPECT_EQ(shards.images()[i].label, whole.images()[i].label);
    EXPECT_EQ(shards.images()[i].top1, whole.images()[i].top1);
    for (const traces::Layer& layer : whole.network().layers()) {
      if (traces::has_weights(layer)) {
        const traces::EdgeId edge = layer.inputs.front();
        const auto image = static_cast<std::int64_t>(i);
        EXPECT_TRUE(
            std::ranges::equal(whole.activation_mask(edge).item(image), shards.activation_mask(edge).item(image)));
        EXPECT_TRUE(
            std::ranges::equal(whole.activation_codes(edge)->item(image), shards.activation_codes(edge)->item(image)));
        EXPECT_EQ(whole.activation_codes(edge)->scale(), shards.activation_codes(edge)->scale());
      }
    }
  }
}

struct Kind {
  std::string name;
  bool masks_only;
  std::optional<int> bits;
  std::vector<std::string> thresholds;
};

void PrintTo(const Kind& kind, std::ostream* stream) {
  *stream << kind.name;
}

class ResumedCapture : public ShardedCapture, public testing::WithParamInterface<Kind> {
 protected:
  CaptureOptions options(const std::string& out) const {
    CaptureOptions result = ShardedCapture::options(out);
    result.masks_only = GetParam().masks_only;
    result.bits = GetParam().bits;
    result.activation_thresholds = parse_thresholds("--threshold-activations", GetParam().thresholds);
    return result;
  }
};

TEST_P(ResumedCapture, EqualsAnUninterruptedOneByteForByte) {
  capture(options("whole"), quiet().get());
  const auto whole = files_in(folder / "whole");
  // In the middle of the third shard.
  kill_when(options("out"), "capture: 12 of 20");
  ASSERT_EQ(files_in(folder / "out").size(), 3U);
  for (const char* name : {"shard-0001-of-0004.safetensors", "shard-0002-of-0004.safetensors"}) {
    EXPECT_EQ(files_in(folder / "out").at(name), whole.at(name));
  }
  const CaptureSummary summary = capture(options("out"), quiet().get());
  EXPECT_EQ(summary.files_before, 2U);
  EXPECT_EQ(summary.labelled, image_count);
  EXPECT_EQ(files_in(folder / "out"), whole);
  // From any part that is missing.
  std::filesystem::remove(folder / "out/shard-0001-of-0004.safetensors");
  std::filesystem::remove(folder / "out/shard-0003-of-0004.safetensors");
  EXPECT_EQ(capture(options("out"), quiet().get()).files_before, 2U);
  EXPECT_EQ(files_in(folder / "out"), whole);
  EXPECT_EQ(capture(options("out"), quiet().get()).files_before, 4U);
  EXPECT_EQ(files_in(folder / "out"), whole);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ResumedCapture,
                         testing::Values(Kind{"Codes", false, {}, {}}, Kind{"Masks", true, {}, {}},
                                         Kind{"CodesOf8Bits", false, 8, {"0.5"}}, Kind{"CodesOf16Bits", false, 16, {}},
                                         Kind{"MasksOf8Bits", true, 8, {}}, Kind{"Clipped", false, {}, {"0.5"}}),
                         [](const auto& info) { return info.param.name; });

TEST_F(ShardedCapture, TakesScalesFromWhatIsFinished) {
  capture(options("whole"), quiet().get());
  kill_when(options("out"), "capture: 12 of 20");
  const Stream progress = quiet();
  capture(options("out"), progress.get());
  std::rewind(progress.get());
  std::array<char, 4096> text{};
  text[std::fread(text.data(), 1, text.size() - 1, progress.get())] = '\0';
  EXPECT_THAT(text.data(), HasSubstr("capture: 12 of 20"));
  EXPECT_THAT(text.data(), testing::Not(HasSubstr("ranges")));
  EXPECT_EQ(files_in(folder / "out"), files_in(folder / "whole"));
}

TEST_F(ShardedCapture, KeepsFinishedShardsWhenInterrupted) {
  catch_interrupts();
  Trigger trigger{"capture: 12 of 20", SIGINT};
  const Stream stream = open_trigger(trigger);
  EXPECT_EQ(error_message<Interrupted>([&] { capture(options("out"), stream.get()); }),
            "interrupted; 2 of 4 shards are complete; the same command makes the others");
  EXPECT_THAT(names_in(folder / "out"),
              ElementsAre("shard-0001-of-0004.safetensors", "shard-0002-of-0004.safetensors"));
  trigger.text = "capture: 16 of 20";
  EXPECT_EQ(error_message<Interrupted>([&] { capture(options("out"), stream.get()); }),
            "interrupted; 3 of 4 shards are complete; the same command makes the others");
}

TEST_F(ShardedCapture, LeavesNoEmptyFolder) {
  catch_interrupts();
  Trigger trigger{"ranges: 2 of", SIGINT};
  const Stream stream = open_trigger(trigger);
  EXPECT_EQ(error_message<Interrupted>([&] { capture(options("out"), stream.get()); }),
            "interrupted; 0 of 4 shards are complete; the same command makes the others");
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_F(ShardedCapture, DoesNotMixWithAnotherCapture) {
  capture(options("out"), quiet().get());
  CaptureOptions other = options("out");
  other.masks_only = true;
  EXPECT_THAT(refusal(other), HasSubstr("shard-0001-of-0004.safetensors: its codes have other types or scales"));
  other = options("out");
  other.bits = 8;
  EXPECT_THAT(refusal(other), HasSubstr("belongs to another capture, it differs at /provenance/bits"));
  other = options("out");
  other.preprocessing.scale = 0.5;
  EXPECT_THAT(refusal(other), HasSubstr("differs at /provenance/preprocessing"));
  other = options("out");
  other.weight_thresholds = parse_thresholds("--threshold-weights", {"0.25"});
  EXPECT_THAT(refusal(other), HasSubstr("differs at /provenance/"));
  other = options("out");
  other.shards = 5;
  EXPECT_THAT(refusal(other), HasSubstr("shard-0001-of-0004.safetensors: is no part of this capture, which writes "
                                        "shard-0001-of-0005.safetensors to shard-0005-of-0005.safetensors"));
  other = options("out");
  other.most_images = 19;
  EXPECT_THAT(refusal(other), HasSubstr("belongs to another capture, it differs at /images"));
  other = options("out");
  other.name = "other";
  EXPECT_THAT(refusal(other), HasSubstr("differs at /network/name"));
  test::SmallNetwork(32).model().write(folder / "m.onnx");
  EXPECT_THAT(refusal(options("out")), HasSubstr("differs at /provenance/weight_hash"));
  network.model().write(folder / "m.onnx");
  std::filesystem::resize_file(folder / "out/shard-0002-of-0004.safetensors", 200);
  EXPECT_THAT(refusal(options("out")), HasSubstr("shard-0002-of-0004.safetensors: "));
}

TEST_F(ShardedCapture, MakesAFolder) {
  std::ofstream(folder / "out") << "a file";
  EXPECT_THAT(error_message<CaptureError>([&] { capture(options("out"), quiet().get()); }),
              HasSubstr("out: is a file; with --shards, --out names a folder"));
  EXPECT_THAT(error_message<CaptureError>([&] { capture(options("no/such"), quiet().get()); }),
              HasSubstr("no/such: cannot be made: No such file or directory"));
  CaptureOptions file = options("here");
  file.shards.reset();
  std::filesystem::create_directory(folder / "here");
  EXPECT_THAT(error_message<traces::TraceError>([&] { capture(file, quiet().get()); }),
              HasSubstr("here: is a folder; name the file to write"));
}

TEST_F(ShardedCapture, RemovesOnlyShardsThatNobodyWrites) {
  std::filesystem::create_directory(folder / "out");
  for (const char* name : {"shard-0001-of-0002.safetensors.partial-1-0", "x.safetensors.partial-1-0", "notes.txt",
                           "shard-1-of-2.safetensors.partial-1-0", "my-shard-0001-of-0002.safetensors.partial-1-0"}) {
    std::ofstream(folder / ("out/" + std::string(name))) << "x";
  }
  const traces::PartialFile file(folder / "out/shard-0002-of-0002.safetensors");
  const OutputFolder out(folder / "out");
  EXPECT_THAT(names_in(folder / "out"),
              ElementsAre("my-shard-0001-of-0002.safetensors.partial-1-0", "notes.txt",
                          HasSubstr("shard-0002-of-0002.safetensors.partial-"), "shard-1-of-2.safetensors.partial-1-0",
                          "x.safetensors.partial-1-0"));
}

/// An image that cannot be read tells whether one was run.
TEST_F(ShardedCapture, FindsABadPlaceBeforeTheFirstImage) {
  std::ofstream(folder / "i0.png") << "no image";
  std::filesystem::create_directory(folder / "locked");
  constexpr std::filesystem::perms read_only{0555};
  std::filesystem::permissions(folder / "locked", read_only);
  const auto message = [&](const std::string& out, std::optional<std::size_t> shards) {
    CaptureOptions place = options(out);
    place.shards = shards;
    const test::OrdinaryUser user;
    return error_message<std::exception>([&] { capture(place, quiet().get()); });
  };
  EXPECT_THAT(message("locked", shard_count),
              HasSubstr("shard-0001-of-0004.safetensors: cannot be written: Permission"));
  EXPECT_THAT(message("locked/t", std::nullopt), HasSubstr("locked/t: cannot be written: Permission denied"));
  EXPECT_THAT(message("none/t", std::nullopt), HasSubstr("none/t: cannot be written: No such file"));
  EXPECT_THAT(message("locked", std::nullopt), HasSubstr("locked: is a folder; name the file to write"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "locked"));
}

}  // namespace
}  // namespace millrace::capture
