#include "traces/capture/preprocess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <opencv2/core.hpp>
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
  EXPECT_EQ(parse_preprocessing("layout=gray,mean=128").layout, Layout::kGray);
}

TEST(Preprocessing, ChangesEveryKeyOfEveryPreset) {
  for (const std::string preset : {"imagenet", "tf", "cifar10", "mnist", "digits", "raw"}) {
    EXPECT_THAT(describe_presets(), HasSubstr("  " + preset + ' '));
    const std::string changed =
        to_string(parse_preprocessing(preset + ",size=7,scale=0.1,mean=1:2:3,std=4,layout=bgr,crop=0.5,resize=area"));
    EXPECT_EQ(changed, "size=7,scale=0.1,mean=1:2:3,std=4,layout=bgr,crop=0.5,resize=area") << preset;
    EXPECT_THAT(to_string(parse_preprocessing(preset + ",crop=none")), HasSubstr(",crop=none,")) << preset;
    EXPECT_THAT(to_string(parse_preprocessing(preset + ",mean=1,mean=2")), HasSubstr(",mean=2,")) << preset;
  }
}

TEST(Preprocessing, TakesQuotients) {
  EXPECT_DOUBLE_EQ(parse_preprocessing("raw,scale=1/255").scale, 1.0 / 255);
  EXPECT_EQ(parse_preprocessing("raw,mean=-1/4:0.5:3/2").mean, (std::vector<double>{-0.25, 0.5, 1.5}));
}

TEST(Preprocessing, IsTheSameAfterItsOwnText) {
  for (const char* text : {"cifar10", "imagenet", "tf", "mnist", "digits", "raw",
                           "size=7,scale=0.1,mean=1:2:3,std=4,layout=bgr,crop=0.5,resize=nearest"}) {
    const std::string resolved = to_string(parse_preprocessing(text));
    EXPECT_EQ(to_string(parse_preprocessing(resolved)), resolved);
  }
}

TEST(Preprocessing, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("image"),
              HasSubstr("'image' is no preset (imagenet, tf, cifar10, mnist, digits, raw) and no key=value"));
  EXPECT_THAT(refusal("raw,raw"), HasSubstr("'raw' is no preset"));
  EXPECT_THAT(refusal(""), HasSubstr("'' is no preset"));
  EXPECT_THAT(refusal("cut=1"), HasSubstr("unknown key 'cut'; legal: size, scale, mean, std, layout, crop, resize"));
  EXPECT_THAT(refusal("crop=0"), HasSubstr("crop: is 0, must be 0.01 to 1, or none"));
  EXPECT_THAT(refusal("resize=area2"),
              HasSubstr("resize: 'area2' is unknown; legal: auto, area, bilinear, cubic, nearest"));
  EXPECT_THAT(refusal("size=0"), HasSubstr("size: is 0, must be 1 to 65536"));
  EXPECT_THAT(refusal("size=2.5"), HasSubstr("size: is 2.5"));
  for (const std::string number : {"1/0", "1/", "/255", "1/2/3", "one"}) {
    EXPECT_THAT(refusal("scale=" + number), HasSubstr("scale: '" + number + "' is no number"));
  }
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

/// scikit-learn's values are 0 to 16, stored as pixels of 0 to 255.
TEST(Preprocessor, ReadsDigits) {
  const test::TemporaryFolder folder;
  cv::Mat image(8, 8, CV_8UC1);
  for (int i = 0; i < 64; ++i) {
    image.data[i] = static_cast<unsigned char>(std::lround(i % 17 * 255 / 16.0));
  }
  cv::imwrite((folder / "digit.png").string(), image);
  const cv::Mat blob = Preprocessor(parse_preprocessing("digits"), {8, 8, 1}).load(folder / "digit.png");
  ASSERT_EQ(blob.total(), 64U);
  for (int i = 0; i < 64; ++i) {
    EXPECT_FLOAT_EQ(blob.ptr<float>()[i], static_cast<float>(std::lround(i % 17 * 255 / 16.0)) / 255.0F);
  }
  EXPECT_EQ(blob.ptr<float>()[0], 0.0F);
  EXPECT_EQ(blob.ptr<float>()[16], 1.0F);
}

TEST(Preprocessor, RefusesWhatIsNoImage) {
  const test::TemporaryFolder folder;
  const Preprocessor preprocessor(parse_preprocessing("raw"), {4, 4, 3});
  const auto refusal = [&](const std::string& name) {
    return error_message<CaptureError>([&] { preprocessor.load(folder / name); });
  };
  std::ofstream(folder / "text.png") << "no image";
  std::ofstream(folder / "empty.jpg").flush();
  // Noise, so that there is a lot to lose.
  cv::Mat pixels(64, 64, CV_8UC3);
  cv::randu(pixels, 0, 256);
  cv::imwrite((folder / "cut.png").string(), pixels);
  std::filesystem::resize_file(folder / "cut.png", 30);
  EXPECT_THAT(refusal("text.png"), HasSubstr("text.png: is no image that can be read; give PNG or JPEG files"));
  EXPECT_THAT(refusal("empty.jpg"), HasSubstr("empty.jpg: is no image"));
  EXPECT_THAT(refusal("cut.png"), HasSubstr("cut.png: is no image"));
  // A header that claims 2^31 - 1 columns and rows.
  cv::imwrite((folder / "huge.png").string(), pixels);
  std::fstream huge(folder / "huge.png", std::ios::in | std::ios::out | std::ios::binary);
  huge.seekp(16);
  huge << "\x7f\xff\xff\xff\x7f\xff\xff\xff";
  huge.close();
  EXPECT_THAT(refusal("huge.png"), HasSubstr("huge.png: "));
}

/// Decoders make grey of what is missing, and grey has zeros of its own.
TEST(Preprocessor, RefusesHalfAJpeg) {
  const test::TemporaryFolder folder;
  const Preprocessor preprocessor(parse_preprocessing("raw"), {4, 4, 3});
  cv::Mat pixels(64, 64, CV_8UC3);
  cv::randu(pixels, 0, 256);
  std::vector<unsigned char> encoded;
  // Restarts are markers within the image.
  cv::imencode(".jpg", pixels, encoded, {cv::IMWRITE_JPEG_RST_INTERVAL, 2});
  const std::string whole(encoded.begin(), encoded.end());
  // A comment that looks like an end; a thumbnail has one, too.
  const std::string commented =
      whole.substr(0, 2) + std::string("\xff\xfe\x00\x06\xff\xd9\xff\xd9", 8) + whole.substr(2);
  const auto load = [&](const std::string& bytes) {
    std::ofstream(folder / "i.jpg", std::ios::binary) << bytes;
    preprocessor.load(folder / "i.jpg");
  };
  for (const std::string& image : {whole, commented}) {
    EXPECT_NO_THROW(load(image));
    EXPECT_NO_THROW(load(image + "and more"));
    for (const std::size_t missing : {std::size_t{1}, std::size_t{2}, image.size() / 4}) {
      EXPECT_THAT(error_message<CaptureError>([&] { load(image.substr(0, image.size() - missing)); }),
                  HasSubstr("i.jpg: ends before its image does; copy or download it again"))
          << missing;
    }
  }
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

/// Columns of an image: 4 of 0, then 4 of 100, then 4 of 200.
class Stripes : public testing::Test {
 protected:
  Stripes() {
    cv::Mat stripes(4, 12, CV_8UC1, cv::Scalar(0));
    stripes.colRange(4, 8).setTo(100);
    stripes.colRange(8, 12).setTo(200);
    cv::imwrite((folder / "stripes.png").string(), stripes);
  }

  /// What a 2x2 model reads.
  std::vector<float> values(const std::string& text) const {
    const cv::Mat blob =
        Preprocessor(parse_preprocessing("layout=gray," + text), {2, 2, 1}).load(folder / "stripes.png");
    return {blob.ptr<float>(), blob.ptr<float>() + blob.total()};
  }

  test::TemporaryFolder folder;
};

TEST_F(Stripes, AreCutInTheMiddle) {
  // Scaled to 2x6, columns 0 0 100 100 200 200.
  EXPECT_EQ(values("crop=1"), (std::vector<float>{100, 100, 100, 100}));
  // Not scaled: columns 5 and 6.
  EXPECT_EQ(values("crop=0.5"), (std::vector<float>{100, 100, 100, 100}));
  EXPECT_EQ(values("crop=none"), (std::vector<float>{33, 167, 33, 167}));
  // Scaled to 4x12 (nothing to do) and cut; to 3x9, columns of 4/3 old ones.
  EXPECT_EQ(values("crop=0.67,resize=nearest"), (std::vector<float>{100, 100, 100, 100}));
}

TEST_F(Stripes, AreScaledAsAskedFor) {
  EXPECT_EQ(values("resize=nearest"), (std::vector<float>{0, 100, 0, 100}));
  EXPECT_EQ(values("resize=area"), values("resize=auto"));
  EXPECT_EQ(values("crop=none"), values("resize=area"));
  EXPECT_EQ(values("resize=bilinear"), (std::vector<float>{0, 200, 0, 200}));
}

TEST(Preprocessor, RefusesToCropWhatIsTooNarrow) {
  const test::TemporaryFolder folder;
  cv::imwrite((folder / "line.png").string(), cv::Mat(1, 3000, CV_8UC3, cv::Scalar(1, 2, 3)));
  const Preprocessor preprocessor(parse_preprocessing("imagenet"), {224, 224, 3});
  EXPECT_THAT(error_message<CaptureError>([&] { preprocessor.load(folder / "line.png"); }),
              HasSubstr("an image is 1x3000, too long and narrow for crop"));
}

}  // namespace
}  // namespace millrace::capture
