// Several files that are one trace, and files that are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/crc64.hpp"
#include "traces/trace.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::traces {
namespace {

using test::error_message;
using testing::HasSubstr;

constexpr std::int64_t all_images = 7;
constexpr EdgeId in{0};
constexpr LayerId fc{0};

Network network_of(std::int64_t outputs) {
  return Network::Builder("small", "in", {1, 2, 9}).add("fc", FullyConnected{outputs}, {"in"}, "out").finish("out");
}

/// Different in every position of every image.
std::vector<float> activations_of(std::int64_t image) {
  std::vector<float> values(18);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = (static_cast<std::size_t>(image) * 7 + i * i) % 5 < 2 ? 0.0F : static_cast<float>(image + 1);
  }
  return values;
}

/// What one file of a trace is made of; tests change it.
struct Shard {
  std::int64_t first_image = 0;
  std::int64_t images = 1;
  std::optional<ShardPlace> place;
  Provenance provenance{"m.onnx", "scale=1", {}, "0123456789abcdef", "0.1"};
  std::int64_t outputs = 2;
  float first_weight = 1.0F;
  CodeFormats formats = {{{in.index, {false, 0.5}}}, {{fc.index, {true, 0.25}}}};
  bool has_codes = true;
};

class Shards : public testing::Test {
 protected:
  /// 7 images as 2 + 3 + 2.
  Shards() : files(3) {
    files[0].images = 2;
    files[1].images = 3;
    files[1].first_image = 2;
    files[2].images = 2;
    files[2].first_image = 5;
    for (std::size_t i = 0; i < files.size(); ++i) {
      files[i].place = ShardPlace{static_cast<std::int64_t>(i) + 1, 3, files[i].first_image, all_images};
    }
  }

  static void write(const std::filesystem::path& file, const Shard& shard) {
    std::vector<ImageInfo> images;
    for (std::int64_t i = 0; i < shard.images; ++i) {
      images.push_back({"image" + std::to_string(shard.first_image + i), {}, {}});
    }
    TraceWriter writer(file, network_of(shard.outputs), shard.provenance, images,
                       shard.has_codes ? std::optional(shard.formats) : std::nullopt, shard.place);
    if (shard.images == 0) {
      writer.finish();
      return;
    }
    std::vector<float> weights(static_cast<std::size_t>(18 * shard.outputs), 2.0F);
    weights.front() = shard.first_weight;
    writer.weights(fc, weights);
    for (std::int64_t i = 0; i < shard.images; ++i) {
      writer.activations(in, static_cast<std::size_t>(i), activations_of(shard.first_image + i));
    }
    writer.finish();
  }

  void write_all() const {
    for (std::size_t i = 0; i < files.size(); ++i) {
      write(folder / (std::string(1, static_cast<char>('a' + i)) + ".safetensors"), files[i]);
    }
  }

  std::string refusal() const {
    write_all();
    return error_message<TraceError>([&] { Trace::open(folder.path()); });
  }

  static void expect_images(const Trace& trace) {
    const MaskView mask = trace.activation_mask(in);
    const std::optional<CodeView> codes = trace.activation_codes(in);
    ASSERT_EQ(std::ssize(trace.images()), all_images);
    ASSERT_EQ(mask.outer(), all_images);
    ASSERT_EQ(codes->outer(), all_images);
    for (std::int64_t image = 0; image < all_images; ++image) {
      EXPECT_EQ(trace.images()[static_cast<std::size_t>(image)].name, "image" + std::to_string(image));
      const std::vector<float> values = activations_of(image);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t channel = i % 9;
        const auto bytes = mask.at(image, 0, static_cast<std::int64_t>(i / 9));
        ASSERT_EQ((bytes[channel / 8] >> (channel % 8)) & 1, values[i] != 0.0F ? 1 : 0) << image << ' ' << i;
        ASSERT_EQ(codes->item(image)[i], values[i] * 2.0F) << image << ' ' << i;
      }
    }
  }

  test::TemporaryFolder folder;
  std::vector<Shard> files;
};

TEST_F(Shards, OfAFolderAreOneTrace) {
  write_all();
  std::filesystem::create_directory(folder / "sub");
  const Trace trace = Trace::open(folder.path());
  EXPECT_EQ(trace.file(), folder.path());
  EXPECT_TRUE(trace.has_masks());
  EXPECT_EQ(trace.provenance().weight_hash, "0123456789abcdef");
  EXPECT_EQ(trace.weight_mask(fc).outer(), 2);
  EXPECT_EQ(trace.weight_codes(fc)->scale(), 0.25);
  expect_images(trace);
  Crc64 crc;
  for (const char* name : {"a.safetensors", "b.safetensors", "c.safetensors"}) {
    crc.add(TraceFile::open(folder / name).bytes());
  }
  EXPECT_EQ(trace.hash(), crc.hex());
}

TEST_F(Shards, AreOrderedByTheirNumberElseAsTheyAreGiven) {
  write_all();
  const std::vector<std::filesystem::path> backwards = {folder / "c.safetensors", folder / "b.safetensors",
                                                        folder / "a.safetensors"};
  expect_images(Trace::open(backwards));
  for (Shard& shard : files) {
    shard.place.reset();
  }
  write_all();
  expect_images(Trace::open(folder.path()));
  EXPECT_EQ(Trace::open(backwards).images().front().name, "image5");
}

TEST_F(Shards, AreEachATrace) {
  write_all();
  const Trace trace = Trace::open(folder / "b.safetensors");
  EXPECT_EQ(trace.images().size(), 3U);
  EXPECT_EQ(trace.images().front().name, "image2");
  EXPECT_EQ(TraceFile::open(folder / "b.safetensors").graph().shard, files[1].place);
}

TEST_F(Shards, MayWriteANumberInTwoWays) {
  for (Shard& shard : files) {
    shard.provenance.pruned = 0.0;
  }
  files[1].provenance.pruned = -0.0;
  write_all();
  expect_images(Trace::open(folder.path()));
}

/// Views find every item, however unequal the pieces are.
TEST_F(Shards, MayBeOfAnySize) {
  const std::vector<std::vector<std::size_t>> cases = {{1, 1, 40}, {40, 1, 1}, {1, 40, 1}, {3, 3, 4}, {5}};
  for (const std::vector<std::size_t>& sizes : cases) {
    std::vector<std::vector<std::uint8_t>> pieces;
    Items items(2);
    std::uint8_t next = 0;
    for (const std::size_t size : sizes) {
      std::vector<std::uint8_t>& piece = pieces.emplace_back();
      for (std::size_t i = 0; i < size; ++i) {
        piece.insert(piece.end(), {next, static_cast<std::uint8_t>(next + 100)});
        ++next;
      }
    }
    for (const std::vector<std::uint8_t>& piece : pieces) {
      items.append(piece);
    }
    ASSERT_EQ(items.count(), next);
    for (std::uint8_t i = 0; i < next; ++i) {
      EXPECT_THAT(items.item(i), testing::ElementsAre(i, i + 100));
    }
  }
}

TEST_F(Shards, MustAllBeThere) {
  write_all();
  const auto without = [&](const std::string& name) {
    write_all();
    std::filesystem::remove(folder / name);
    return error_message<TraceError>([&] { Trace::open(folder.path()); });
  };
  EXPECT_THAT(without("a.safetensors"),
              HasSubstr("b.safetensors: is shard 2 of 3 (images 3 to 5 of 7), but shard 1 is missing"));
  EXPECT_THAT(without("b.safetensors"), HasSubstr("c.safetensors: is shard 3 of 3 (images 6 to 7 of 7), but shard 2"));
  EXPECT_THAT(without("c.safetensors"), HasSubstr("b.safetensors: is shard 2 of 3 (images 3 to 5 of 7), but shard 3"));
  write_all();
  std::filesystem::copy_file(folder / "b.safetensors", folder / "copy.safetensors");
  EXPECT_THAT(error_message<TraceError>([&] { Trace::open(folder.path()); }),
              HasSubstr("copy.safetensors: is shard 2 of 3 (images 3 to 5 of 7), which is here already"));
}

struct Stranger {
  std::string name;
  std::function<void(Shard&)> change;
  std::string message;
};

void PrintTo(const Stranger& stranger, std::ostream* stream) {
  *stream << stranger.name;
}

class StrangeShard : public Shards, public testing::WithParamInterface<Stranger> {};

TEST_P(StrangeShard, IsNamed) {
  GetParam().change(files[1]);
  EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("b.safetensors: "), HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Shards, StrangeShard,
    testing::Values(
        Stranger{"Network", [](Shard& s) { s.outputs = 3; },
                 "is not of the same trace as a.safetensors: they differ at /network/layers/0/outputs"},
        Stranger{"Hash", [](Shard& s) { s.provenance.weight_hash = "0123456789abcdee"; }, "/provenance/weight_hash"},
        Stranger{"Thresholds", [](Shard& s) { s.provenance.threshold_activations = "0.1"; },
                 "/provenance/threshold_activations"},
        Stranger{"Weights", [](Shard& s) { s.first_weight = 0.0F; }, "its weights differ"},
        Stranger{"WeightCodes", [](Shard& s) { s.first_weight = 3.0F; }, "its weights differ"},
        Stranger{"Scale", [](Shard& s) { s.formats.activations.at(0).scale = 0.25; },
                 "/code_scales/activation_code~1in"},
        Stranger{"CodeType", [](Shard& s) { s.formats.activations.at(0).is_signed = true; }, "codes have other types"},
        Stranger{"NoCodes", [](Shard& s) { s.has_codes = false; }, "/code_scales/"},
        Stranger{"NoImages",
                 [](Shard& s) {
                   s.images = 0;
                   s.has_codes = false;
                   s.place.reset();
                   s.formats = {};
                 },
                 "holds a network only"},
        Stranger{"NoPlace", [](Shard& s) { s.place.reset(); },
                 "does not say which shard it is, but a.safetensors does"},
        Stranger{"OtherCount", [](Shard& s) { s.place->count = 4; },
                 "is shard 2 of 4 (images 3 to 5 of 7), but a.safetensors is shard 1 of 3"},
        Stranger{"OtherTotal", [](Shard& s) { s.place->images = 8; }, "(images 3 to 5 of 8), but a.safetensors is"},
        Stranger{"Gap", [](Shard& s) { s.place->first_image = 3; },
                 "is shard 2 of 3 (images 4 to 6 of 7), but the shards before it hold 2 images"}),
    [](const auto& info) { return info.param.name; });

TEST_F(Shards, MustHoldAllImages) {
  for (Shard& shard : files) {
    shard.place->images = 9;
  }
  EXPECT_THAT(refusal(),
              HasSubstr("c.safetensors: is shard 3 of 3 (images 6 to 7 of 9), but all shards hold 7 images"));
}

TEST_F(Shards, MustBeTraces) {
  EXPECT_THAT(error_message<TraceError>([&] { Trace::open(folder.path()); }),
              HasSubstr("is a folder without *.safetensors files"));
  EXPECT_THAT(error_message<TraceError>([] { Trace::open(std::vector<std::filesystem::path>{}); }),
              HasSubstr("no files are named"));
  write_all();
  std::filesystem::resize_file(folder / "b.safetensors", 100);
  EXPECT_THAT(error_message<TraceError>([&] { Trace::open(folder.path()); }), HasSubstr("b.safetensors: "));
}

}  // namespace
}  // namespace millrace::traces
