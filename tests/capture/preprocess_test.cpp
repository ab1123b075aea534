#include "traces/capture/preprocess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgcodecs.hpp>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture_error.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using testing::HasSubstr;

std::string refusal(const std::string& text) {
  return error_message<CaptureError>([&] { parse_preprocessing(text); });
}

TEST(Preprocessing, ReadsPresetsAndPairs) {
  const Preprocessing cifar = parse_preprocessing("cifar10");
  EXPECT_EQ(cifar.size, 32);
  EXPECT_DOUBLE_EQ(cifar.scale, 1.0 / 255);
  EXPECT_EQ(cifar.mean, (std::vector<double>{0.485, 0.456, 0.406}));
  EXPECT_EQ(cifar.std, (std::vector<double>{0.229, 0.224, 0.225}));
  EXPECT_EQ(parse_preprocessing("cifar10,size=28").size, 28);
  EXPECT_EQ(parse_preprocessing("raw").size, std::nullopt);
  EXPECT_EQ(parse_preprocessing("layout=gray,mean=128").layout, Layout::gray);
}

TEST(Preprocessing, IsTheSameAfterItsOwnText) {
  for (const char* text : {"cifar10", "raw", "size=7,scale=0.1,mean=1:2:3,std=4,layout=bgr"}) {
    const std::string resolved = to_string(parse_preprocessing(text));
    EXPECT_EQ(to_string(parse_preprocessing(resolved)), resolved);
  }
}

TEST(Preprocessing, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("imagenet"), HasSubstr("'imagenet' is no preset (cifar10, raw) and no key=value"));
  EXPECT_THAT(refusal("raw,raw"), HasSubstr("'raw' is no preset"));
  EXPECT_THAT(refusal(""), HasSubstr("'' is no preset"));
  EXPECT_THAT(refusal("crop=1"), HasSubstr("unknown key 'crop'; legal: size, scale, mean, std, layout"));
  EXPECT_THAT(refusal("size=0"), HasSubstr("size: is 0, must be 1 to 65536"));
  EXPECT_THAT(refusal("size=2.5"), HasSubstr("size: is 2.5"));
  EXPECT_THAT(refusal("scale=1/255"), HasSubstr("scale: '1/255' is no number"));
  EXPECT_THAT(refusal("mean=1:x"), HasSubstr("mean: 'x' is no number"));
  EXPECT_THAT(refusal("std=1:0:1"), HasSubstr("std: must not be 0"));
  EXPECT_THAT(refusal("layout=hsv"), HasSubstr("layout: 'hsv' is unknown; legal: rgb, bgr, gray"));
}

TEST(Preprocessor, MustFitTheModel) {
  const auto refusal = [](const std::string& text, const traces::MapShape& input) {
    return error_message<CaptureError>([&] { Preprocessor(parse_preprocessing(text), input); });
  };
  EXPECT_THAT(refusal("size=32", {28, 28, 3}), HasSubstr("size: is 32, but the model reads images of 28x28"));
  EXPECT_THAT(refusal("raw", {28, 28, 1}), HasSubstr("layout: rgb has 3 channel(s), but the model reads 1"));
  EXPECT_THAT(refusal("mean=1:2", {28, 28, 3}), HasSubstr("mean: has 2 values, must have one or 3"));
}

TEST(Preprocessor, PutsChannelsInTheirOrderAndScalesEach) {
  const test::TemporaryFolder folder;
  cv::imwrite((folder / "one.png").string(), cv::Mat(1, 1, CV_8UC3, cv::Scalar(10, 20, 30)));
  const auto values = [&](const std::string& text, std::int64_t channels) {
    const cv::Mat blob = Preprocessor(parse_preprocessing(text), {1, 1, channels}).load(folder / "one.png");
    return std::vector<float>(blob.ptr<float>(), blob.ptr<float>() + blob.total());
  };
  EXPECT_EQ(values("raw", 3), (std::vector<float>{30, 20, 10}));
  EXPECT_EQ(values("layout=bgr", 3), (std::vector<float>{10, 20, 30}));
  EXPECT_EQ(values("scale=0.5,mean=1:2:3,std=1:2:4", 3), (std::vector<float>{14, 4, 0.5}));
  EXPECT_EQ(values("layout=gray", 1), (std::vector<float>{22}));
}

TEST(Preprocessor, StretchesToTheModelsSize) {
  const test::TemporaryFolder folder;
  cv::Mat halves(4, 4, CV_8UC1, cv::Scalar(0));
  halves.colRange(2, 4).setTo(100);
  cv::imwrite((folder / "halves.png").string(), halves);
  const cv::Mat blob = Preprocessor(parse_preprocessing("layout=gray"), {2, 2, 1}).load(folder / "halves.png");
  EXPECT_EQ(std::vector<float>(blob.ptr<float>(), blob.ptr<float>() + blob.total()),
            (std::vector<float>{0, 100, 0, 100}));
}

TEST(Preprocessor, RefusesWhatIsNoImage) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "text.png") << "no image";
  const Preprocessor preprocessor(parse_preprocessing("raw"), {1, 1, 3});
  EXPECT_THAT(error_message<CaptureError>([&] { preprocessor.load(folder / "text.png"); }),
              HasSubstr("text.png: is no image that can be read"));
}

}  // namespace
}  // namespace millrace::capture
