#include "traces/threshold_codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::traces {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

/// A 1x1 convolution of ten channels on a 1 x 2 map, and a second one behind it; two images. Codes are the values.
class ThresholdCodes : public testing::Test {
 protected:
  ThresholdCodes()
      : network_(Network::Builder("n", "in", {1, 2, 10})
                     .add("first", Convolution{.filters = 3}, {"in"}, "mid")
                     .add("second", Convolution{.filters = 1}, {"mid"}, "out")
                     .finish("out")) {}

  /// Without codes where `formats` names none.
  Trace write(const std::optional<CodeFormats>& formats) const {
    TraceWriter writer(folder_ / "t.safetensors", network_, {"m", "p", std::nullopt, "0123456789abcdef", "1"},
                       {{"one", {}, {}}, {"two", {}, {}}}, formats);
    std::vector<float> first(30, 1.0F);
    first[12] = -5.0F;
    first[13] = 5.0F;
    first[19] = 6.0F;
    writer.weights(LayerId{0}, first);
    writer.weights(LayerId{1}, std::vector<float>{2.0F, 3.0F, 4.0F});
    for (std::size_t image = 0; image < 2; ++image) {
      std::vector<float> in(20, 0.0F);
      in[0] = 3.0F;
      in[9] = 4.0F;
      in[10] = image == 0 ? -4.0F : -3.0F;
      in[18] = -128.0F;
      writer.activations(EdgeId{0}, image, in);
      writer.activations(EdgeId{1}, image, std::vector<float>{0.0F, 200.0F, 1.0F, 0.0F, 0.0F, 255.0F});
    }
    writer.finish();
    return Trace::open(folder_ / "t.safetensors");
  }
  Trace with_codes() const {
    return write(CodeFormats{{{0, {true, 1.0}}, {1, {false, 1.0}}}, {{0, {true, 1.0}}, {1, {true, 1.0}}}});
  }
  Trace thresholded(const Trace& trace, const CodeThresholds& thresholds, std::size_t images = 2) const {
    write_thresholded(trace, thresholds, images, folder_ / "z.safetensors");
    return Trace::open(folder_ / "z.safetensors");
  }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  Network network_;
};

TEST_F(ThresholdCodes, ActivationsUpToTheThresholdAreZero) {
  const Trace trace = with_codes();
  EXPECT_THAT(trace.activation_mask(EdgeId{0}).item(0), ElementsAre(0b1, 0b10, 0b1, 0b1));
  const Trace three = thresholded(trace, {{{0, 3}}, {}});
  EXPECT_THAT(three.activation_mask(EdgeId{0}).item(0), ElementsAre(0, 0b10, 0b1, 0b1));
  EXPECT_THAT(three.activation_mask(EdgeId{0}).item(1), ElementsAre(0, 0b10, 0, 0b1));
  const Trace four = thresholded(trace, {{{0, 4}}, {}});
  EXPECT_THAT(four.activation_mask(EdgeId{0}).item(0), ElementsAre(0, 0, 0, 0b1));
  EXPECT_THAT(four.activation_mask(EdgeId{1}).item(0), ElementsAre(0b110, 0b100)) << "has no threshold";
}

TEST_F(ThresholdCodes, UnsignedCodesAreLargeAndNotNegative) {
  const Trace trace = with_codes();
  EXPECT_THAT(thresholded(trace, {{{1, 199}}, {}}).activation_mask(EdgeId{1}).item(0), ElementsAre(0b10, 0b100));
  EXPECT_THAT(thresholded(trace, {{{1, 200}}, {}}).activation_mask(EdgeId{1}).item(0), ElementsAre(0, 0b100));
}

TEST_F(ThresholdCodes, WeightsBelowTheThresholdAreZero) {
  const Trace trace = with_codes();
  const Trace five = thresholded(trace, {{}, {{0, 5}}});
  EXPECT_THAT(five.weight_mask(LayerId{0}).item(0), ElementsAre(0, 0));
  EXPECT_THAT(five.weight_mask(LayerId{0}).item(1), ElementsAre(0b1100, 0b10));
  EXPECT_THAT(thresholded(trace, {{}, {{0, 6}}}).weight_mask(LayerId{0}).item(1), ElementsAre(0, 0b10));
  EXPECT_THAT(five.weight_mask(LayerId{1}).item(0), ElementsAre(0b111)) << "has no threshold";
}

TEST_F(ThresholdCodes, NothingChangesWithoutThresholds) {
  const Trace trace = with_codes();
  const Trace same = thresholded(trace, {});
  for (std::int64_t image = 0; image < 2; ++image) {
    EXPECT_TRUE(
        std::ranges::equal(same.activation_mask(EdgeId{0}).item(image), trace.activation_mask(EdgeId{0}).item(image)));
  }
  EXPECT_TRUE(std::ranges::equal(same.weight_mask(LayerId{0}).item(1), trace.weight_mask(LayerId{0}).item(1)));
  EXPECT_EQ(same.provenance().weight_hash, trace.provenance().weight_hash);
}

TEST_F(ThresholdCodes, AreOfTheFirstImagesOnly) {
  const Trace one = thresholded(with_codes(), {{{0, 3}}, {}}, 1);
  ASSERT_EQ(one.images().size(), 1);
  EXPECT_EQ(one.images()[0].name, "one");
  EXPECT_THAT(one.activation_mask(EdgeId{0}).item(0), ElementsAre(0, 0b10, 0b1, 0b1));
}

TEST_F(ThresholdCodes, NeedCodesWhereTheyApply) {
  const Trace trace = write(CodeFormats{{{1, {false, 1.0}}}, {}});
  EXPECT_NO_THROW(thresholded(trace, {{{1, 3}}, {}}));
  const auto refusal = [&](const CodeThresholds& thresholds) {
    return test::error_message<TraceError>([&] { thresholded(trace, thresholds); });
  };
  EXPECT_THAT(refusal({{{0, 3}}, {}}),
              HasSubstr("t.safetensors: has no codes for edge 'in', which thresholds apply to; "
                        "capture a trace without --masks-only"));
  EXPECT_THAT(refusal({{}, {{1, 3}}}), HasSubstr("has no codes for the weights of layer 'second'"));
}

}  // namespace
}  // namespace millrace::traces
