// What a TraceWriter writes, a Trace gives back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::traces {
namespace {

using test::error_message;
using testing::HasSubstr;

/// Channels 3 and 13: neither fills its last byte.
Network small_network() {
  return Network::Builder("small", "in", {6, 5, 3})
      .add("conv", Convolution{13, 3, 3, 1, 1, {1, 1, 1, 1}}, {"in"}, "a", {"relu"})
      .add("skip", Convolution{13, 1, 1}, {"in"}, "b")
      .add("add", Add{}, {"a", "b"}, "c")
      .add("pool", GlobalAveragePool{}, {"c"}, "d")
      .add("fc", FullyConnected{4}, {"d"}, "out")
      .finish("out");
}

std::vector<float> random_values(std::int64_t count, std::uint32_t seed, bool is_signed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    const auto number = static_cast<int>(random() % 2001) - 1000;
    value = random() % 2 == 0 ? 0.0F : static_cast<float>(is_signed ? number : std::abs(number)) / 100.0F;
  }
  return values;
}

std::vector<float> weights_of(const Network& network, LayerId layer) {
  return random_values(network.weight_shape(network.layer(layer)).elements(), static_cast<std::uint32_t>(layer.index),
                       true);
}

std::vector<float> activations_of(const Network& network, EdgeId edge, std::size_t image) {
  return random_values(network.edge(edge).shape.elements(), static_cast<std::uint32_t>(100 * (image + 1) + edge.index),
                       edge.index != 3);
}

void expect_mask(const MaskView& mask, std::int64_t outer, std::int64_t channels, const std::vector<float>& values) {
  std::size_t next = 0;
  for (std::int64_t row = 0; row < mask.rows(); ++row) {
    for (std::int64_t column = 0; column < mask.columns(); ++column) {
      const std::span<const std::uint8_t> bytes = mask.at(outer, row, column);
      ASSERT_EQ(bytes.size(), static_cast<std::size_t>((channels + 7) / 8));
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        const bool bit = ((bytes[static_cast<std::size_t>(channel / 8)] >> (channel % 8)) & 1) != 0;
        ASSERT_EQ(bit, values[next] != 0.0F) << row << ' ' << column << ' ' << channel;
        ++next;
      }
    }
  }
  EXPECT_EQ(next, values.size());
}

class RoundTrip : public testing::Test {
 protected:
  void write(const std::optional<CodeFormats>& codes) {
    TraceWriter writer(
        file, network,
        {"m.onnx", "scale=1", 0.25, "0123456789abcdef", "0.1", "2:4", 8, {"softmax"}, "0.1,c=0", "0.01", "made up"},
        {{"first.png", 3, std::nullopt}, {"second.png", std::nullopt, std::nullopt}}, codes);
    // Any order will do.
    for (std::size_t image : {1U, 0U}) {
      for (const EdgeId edge : {d, in}) {
        writer.activations(edge, image, activations_of(network, edge, image));
      }
      writer.top1(image, static_cast<std::int64_t>(image) + 2);
    }
    for (const LayerId layer : {fc, conv, skip}) {
      writer.weights(layer, weights_of(network, layer));
    }
    EXPECT_FALSE(std::filesystem::exists(file));
    writer.finish();
  }

  test::TemporaryFolder folder;
  std::filesystem::path file = folder / "trace.safetensors";
  Network network = small_network();
  EdgeId in{0};
  EdgeId d{4};
  LayerId conv{0};
  LayerId skip{1};
  LayerId fc{4};
};

TEST_F(RoundTrip, GivesBackTheMetadata) {
  write(std::nullopt);
  const Trace trace = Trace::open(file);
  EXPECT_EQ(trace.network().to_json(), network.to_json());
  EXPECT_EQ(trace.provenance().model, "m.onnx");
  EXPECT_EQ(trace.provenance().preprocessing, "scale=1");
  EXPECT_EQ(trace.provenance().pruned, 0.25);
  EXPECT_EQ(trace.provenance().weight_hash, "0123456789abcdef");
  EXPECT_EQ(trace.provenance().capture_version, "0.1");
  EXPECT_EQ(trace.provenance().pruned_nm, "2:4");
  EXPECT_EQ(trace.provenance().bits, 8);
  EXPECT_EQ(trace.provenance().left_out, std::vector<std::string>{"softmax"});
  EXPECT_EQ(trace.provenance().threshold_activations, "0.1,c=0");
  EXPECT_EQ(trace.provenance().threshold_weights, "0.01");
  EXPECT_EQ(trace.provenance().synth, "made up");
  ASSERT_EQ(trace.images().size(), 2U);
  EXPECT_EQ(trace.images()[0].name, "first.png");
  EXPECT_EQ(trace.images()[0].label, 3);
  EXPECT_EQ(trace.images()[0].top1, 2);
  EXPECT_EQ(trace.images()[1].label, std::nullopt);
  EXPECT_EQ(trace.images()[1].top1, 3);
  EXPECT_EQ(trace.file(), file);
  EXPECT_TRUE(trace.has_masks());
  EXPECT_EQ(trace.hash().size(), 16U);
}

TEST_F(RoundTrip, GivesBackTheMasks) {
  write(std::nullopt);
  const Trace trace = Trace::open(file);
  for (const EdgeId edge : {in, d}) {
    const MapShape& shape = network.edge(edge).shape;
    const MaskView mask = trace.activation_mask(edge);
    EXPECT_EQ(mask.outer(), 2);
    EXPECT_EQ(mask.rows(), shape.height);
    EXPECT_EQ(mask.columns(), shape.width);
    for (std::size_t image = 0; image < 2; ++image) {
      expect_mask(mask, static_cast<std::int64_t>(image), shape.channels, activations_of(network, edge, image));
    }
    EXPECT_EQ(trace.activation_codes(edge), std::nullopt);
  }
  for (const LayerId layer : {conv, skip, fc}) {
    const WeightShape shape = network.weight_shape(network.layer(layer));
    const std::vector<float> values = weights_of(network, layer);
    const auto filter_values = static_cast<std::ptrdiff_t>(values.size()) / shape.filters;
    for (std::int64_t filter = 0; filter < shape.filters; ++filter) {
      const auto begin = values.begin() + filter * filter_values;
      expect_mask(trace.weight_mask(layer), filter, shape.channels, {begin, begin + filter_values});
    }
  }
  EXPECT_THAT(error_message<TraceError>([&] { (void)trace.activation_mask({1}); }),
              HasSubstr("no activation mask for edge 'a'"));
  EXPECT_THAT(error_message<TraceError>([&] { (void)trace.weight_mask({2}); }),
              HasSubstr("no weight mask for layer 'add'"));
}

TEST_F(RoundTrip, GivesBackTheCodes) {
  CodeFormats formats;
  formats.activations = {{0, {true, 10.0 / 127}}, {4, {true, 10.0 / 127}}};
  formats.weights = {{0, {true, 10.0 / 127}}, {4, {true, 0.5}}};
  write(formats);
  const Trace trace = Trace::open(file);
  const std::optional<CodeView> codes = trace.activation_codes(in);
  ASSERT_TRUE(codes);
  EXPECT_TRUE(codes->is_signed());
  EXPECT_DOUBLE_EQ(codes->scale(), 10.0 / 127);
  EXPECT_EQ(codes->outer(), 2);
  const std::vector<float> values = activations_of(network, in, 1);
  ASSERT_EQ(codes->item(1).size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto code = static_cast<std::int8_t>(codes->item(1)[i]);
    EXPECT_NEAR(code * codes->scale(), values[i], codes->scale() / 2 + 1e-6);
    EXPECT_EQ(code == 0, values[i] == 0.0F);
  }
  ASSERT_TRUE(trace.weight_codes(fc));
  EXPECT_DOUBLE_EQ(trace.weight_codes(fc)->scale(), 0.5);
  EXPECT_FALSE(trace.weight_codes(skip));
}

TEST_F(RoundTrip, HashesTheWholeFile) {
  write(std::nullopt);
  const std::string hash = Trace::open(file).hash();
  EXPECT_EQ(Trace::open(file).hash(), hash);
  {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(-1, std::ios::end);
    stream.put('\0');
    stream.seekp(-3, std::ios::end);
    stream.put('\x01');
  }
  EXPECT_NE(Trace::open(file).hash(), hash);
}

TEST_F(RoundTrip, WritesANetworkAloneWithoutImages) {
  TraceWriter(file, network, {}, {}, std::nullopt).finish();
  const Trace trace = Trace::open(file);
  EXPECT_FALSE(trace.has_masks());
  EXPECT_EQ(trace.network().to_json(), network.to_json());
  EXPECT_THAT(error_message<TraceError>([&] { (void)trace.weight_mask(conv); }), HasSubstr("no weight mask"));
}

TEST_F(RoundTrip, LeavesNothingBehindIfUnfinished) {
  { const TraceWriter writer(file, network, {}, {{"one", {}, {}}}, std::nullopt); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(RoundTrip, KeepsTheOldFileUntilTheNewOneIsComplete) {
  std::ofstream(file) << "old";
  {
    TraceWriter writer(file, network, {}, {{"one", {}, {}}}, std::nullopt);
    EXPECT_THAT(error_message<TraceError>([&] { writer.finish(); }),
                HasSubstr("weights of layer 'conv' were not written"));
  }
  EXPECT_EQ(std::filesystem::file_size(file), 3U);
}

TEST_F(RoundTrip, RefusesValuesThatDoNotFit) {
  CodeFormats formats;
  formats.activations = {{0, {false, 1.0}}};
  TraceWriter writer(file, network, {}, {{"one", {}, {}}}, formats);
  std::vector<float> values(90, 0.0F);
  const auto refusal = [&](EdgeId edge, std::size_t image) {
    return error_message<TraceError>([&] { writer.activations(edge, image, values); });
  };
  EXPECT_THAT(refusal(in, 1), HasSubstr("'in': image 1 of 1"));
  EXPECT_THAT(refusal(d, 0), HasSubstr("'d': 90 values were given, must be 13"));
  EXPECT_THAT(refusal({1}, 0), HasSubstr("no mask"));
  values[7] = -1.0F;
  EXPECT_THAT(refusal(in, 0), HasSubstr("codes are unsigned"));
  values[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(refusal(in, 0), HasSubstr("a value is nan"));
  EXPECT_THAT(error_message<TraceError>([&] { writer.top1(0, 65536); }), HasSubstr("class 65536"));
}

TEST_F(RoundTrip, RefusesFormatsThatDoNotFit) {
  const auto refusal = [&](const CodeFormats& formats) {
    return error_message<TraceError>([&] { TraceWriter(file, network, {}, {{"one", {}, {}}}, formats); });
  };
  EXPECT_THAT(refusal({{{1, {}}}, {}}), HasSubstr("codes are asked for edge 1"));
  EXPECT_THAT(refusal({{}, {{2, {}}}}), HasSubstr("codes are asked for layer 2"));
  EXPECT_THAT(refusal({{}, {{0, {true, 0.0}}}}), HasSubstr("scale of the codes is 0"));
}

TEST_F(RoundTrip, RefusesPlacesThatCannotBeWritten) {
  EXPECT_THAT(error_message<TraceError>([&] { TraceWriter(folder.path(), network, {}, {}, std::nullopt); }),
              HasSubstr("is a folder; name the file"));
  EXPECT_THAT(error_message<TraceError>([&] { TraceWriter(folder / "no/such/t", network, {}, {}, std::nullopt); }),
              HasSubstr("cannot be written: No such file or directory"));
}

}  // namespace
}  // namespace millrace::traces
