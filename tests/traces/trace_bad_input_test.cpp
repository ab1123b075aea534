// No file may crash, hang or go unnoticed: each is one message with file, place and remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <random>

#include "tests/traces/error_message.hpp"
#include "tests/traces/raw_trace.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::traces {
namespace {

using nlohmann::json;
using test::error_message;
using test::RawTrace;
using testing::HasSubstr;
using testing::StartsWith;

std::string open_error(const std::filesystem::path& file) {
  return error_message<TraceError>([&] { Trace::open(file); });
}

TEST(TraceFile, IsOpenedIfRight) {
  const test::TemporaryFolder folder;
  RawTrace().write(folder / "t");
  const Trace trace = Trace::open(folder / "t");
  EXPECT_TRUE(trace.has_masks());
  EXPECT_EQ(trace.images().at(0).label, 1);
  EXPECT_EQ(trace.provenance().weight_hash, "");
}

TEST(TraceFile, MustBeARegularFile) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(open_error(folder / "none"), HasSubstr("none: cannot be read: No such file or directory"));
  EXPECT_THAT(open_error(folder.path()), HasSubstr("is not a regular file"));
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(open_error(folder / "pipe"), HasSubstr("is not a regular file"));
}

TEST(TraceFile, MustNotBeEmptyOrCutOff) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "empty").flush();
  EXPECT_THAT(open_error(folder / "empty"), HasSubstr("the file is empty; copy or capture it again"));
  RawTrace().write(folder / "whole");
  const auto size = std::filesystem::file_size(folder / "whole");
  for (std::uintmax_t shorter = 1; shorter < size; ++shorter) {
    std::filesystem::copy_file(folder / "whole", folder / "cut", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut", shorter);
    EXPECT_THAT(open_error(folder / "cut"), StartsWith((folder / "cut").string())) << shorter;
  }
  std::filesystem::resize_file(folder / "cut", 5);
  EXPECT_THAT(open_error(folder / "cut"), HasSubstr("has 5 bytes, a safetensors file has at least 8"));
  std::filesystem::resize_file(folder / "whole", size + 1);
  EXPECT_THAT(open_error(folder / "whole"), HasSubstr("the last tensor ends at byte 97, but 98 bytes follow"));
}

struct BadInput {
  std::string name;
  std::function<void(RawTrace&)> spoil;
  std::vector<std::string> message_parts;
};

void PrintTo(const BadInput& input, std::ostream* stream) {
  *stream << input.name;
}

class BadTrace : public testing::TestWithParam<BadInput> {};

TEST_P(BadTrace, IsRefusedWithFilePlaceAndRemedy) {
  const test::TemporaryFolder folder;
  RawTrace raw;
  GetParam().spoil(raw);
  raw.write(folder / "bad.safetensors");
  const std::string message = open_error(folder / "bad.safetensors");
  EXPECT_THAT(message, StartsWith((folder / "bad.safetensors: ").string()));
  for (const std::string& part : GetParam().message_parts) {
    EXPECT_THAT(message, HasSubstr(part));
  }
  EXPECT_LT(message.size(), 1000U);
}

std::string deep(char open, int levels) {
  return std::string(static_cast<std::size_t>(levels), open);
}

const std::vector<BadInput> header_cases = {
    {"HeaderLengthBeyondTheFile",
     [](RawTrace& t) { t.length = 1U << 20U; },
     {"header length (bytes 0 to 7) is 1048576", "cut off"}},
    {"HeaderLengthHuge", [](RawTrace& t) { t.length = ~std::uint64_t{0}; }, {"is 18446744073709551615"}},
    {"HeaderLengthZero", [](RawTrace& t) { t.length = 0; }, {"not valid JSON"}},
    {"HeaderIsNoJson",
     [](RawTrace& t) { t.header_text = "millrace"; },
     {"safetensors header: not valid JSON at byte 1"}},
    {"HeaderIsNoObject", [](RawTrace& t) { t.header_text = "[]"; }, {"safetensors header: /: must be an object"}},
    {"HeaderDeeplyNested", [](RawTrace& t) { t.header_text = deep('[', 1000000); }, {"nested deeper than 16 levels"}},
    {"HeaderDeeplyNestedObjects",
     [](RawTrace& t) {
       t.header_text.emplace();
       for (int i = 0; i < 100000; ++i) {
         *t.header_text += R"({"a":)";
       }
     },
     {"nested deeper than 16 levels"}},
    {"KeyTwice",
     [](RawTrace& t) { t.header_text = R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}})"; },
     {"key 'a' stands twice"}},
    {"UnknownDtype",
     [](RawTrace& t) { t.header["weight_mask/c"]["dtype"] = "Q4"; },
     {"/weight_mask~1c/dtype: unknown dtype 'Q4'", "known: BOOL, U8"}},
    {"UnknownTensorKey",
     [](RawTrace& t) { t.header["weight_mask/c"]["stride"] = 1; },
     {"/weight_mask~1c: unknown key 'stride'; legal here: dtype, shape, data_offsets"}},
    {"ShapeIsNoList",
     [](RawTrace& t) { t.header["weight_mask/c"]["shape"] = "big"; },
     {"/weight_mask~1c/shape: is a JSON string, must be an array"}},
    {"NegativeDimension",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["shape"] = {-5, 3, 3, -1};
     },
     {"/weight_mask~1c/shape/0: is -5"}},
    {"FractionalDimension",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["shape"] = {5.0, 3, 3, 1};
     },
     {"/weight_mask~1c/shape/0: is a JSON fraction, must be an integer"}},
    {"OverflowingShape",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["shape"] = {1LL << 32, 1LL << 32, 1LL << 32, 45};
     },
     {"/weight_mask~1c/shape", "is not the 45 bytes"}},
    {"DimensionBeyond64Bits",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["shape"] = {~std::uint64_t{0}, 1, 1, 1};
     },
     {"/weight_mask~1c/shape/0: is 18446744073709551615"}},
    {"ShapeAndOffsetsDisagree",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["shape"] = {5, 3, 3, 2};
     },
     {"[5, 3, 3, 2] of U8 is not the 45 bytes"}},
    {"OffsetsBeyondTheFile",
     [](RawTrace& t) {
       t.header["activation_mask/e"]["data_offsets"] = {81, 5000};
     },
     {"/activation_mask~1e/data_offsets: ends at byte 5000, must be 81 to 97", "cut off"}},
    {"OffsetsBackwards",
     [](RawTrace& t) {
       t.header["activation_mask/e"]["data_offsets"] = {81, 80};
     },
     {"ends at byte 80"}},
    {"OffsetsOverlap",
     [](RawTrace& t) {
       t.header["activation_mask/e"]["data_offsets"] = {65, 81};
     },
     {"/activation_mask~1e/data_offsets: begins at byte 65, must be 81", "without holes or overlaps"}},
    {"OffsetsWithAHole",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["data_offsets"] = {1, 46};
     },
     {"begins at byte 1, must be 0"}},
    {"OffsetsAreNotTwo",
     [](RawTrace& t) {
       t.header["weight_mask/c"]["data_offsets"] = {0, 45, 90};
     },
     {"has 3 numbers, must be [begin, end]"}},
    {"TensorsOutOfOrder",
     [](RawTrace& t) {
       const nlohmann::ordered_json first = t.header["weight_mask/c"];
       t.header.erase("weight_mask/c");
       t.header["weight_mask/c"] = first;
     },
     {"/weight_mask~1f/data_offsets: begins at byte 45, must be 0", "in the order of their bytes"}},
    {"BytesThatNoTensorOwns", [](RawTrace& t) { t.data.push_back(0); }, {"the last tensor ends at byte 97, but 98"}},
    {"NoMetadata",
     [](RawTrace& t) {
       t.data.clear();
       t.header_text = "{}";
     },
     {"no key 'millrace'", "so this is no trace"}},
    {"MetadataIsNoString",
     [](RawTrace& t) {
       t.data.clear();
       t.header_text = R"({"__metadata__":{"millrace":{}}})";
     },
     {"/__metadata__/millrace: is a JSON object, must be a string"}},
};
INSTANTIATE_TEST_SUITE_P(Header, BadTrace, testing::ValuesIn(header_cases),
                         [](const auto& info) { return info.param.name; });

const std::vector<BadInput> graph_cases = {
    {"NumberTooLarge",
     [](RawTrace& t) { t.graph_text = "{\"version\": 1e999}"; },
     {"metadata 'millrace': not valid JSON: a number is larger"}},
    {"LineBreakInAKey",
     [](RawTrace& t) {
       t.graph["code_scales"] = {{"a\nb", 0}};
     },
     {"/code_scales/a?b: a scale must be above 0"}},
    {"NoJson", [](RawTrace& t) { t.graph_text = "{\"version\": 1,"; }, {"metadata 'millrace': not valid JSON"}},
    {"DeeplyNested", [](RawTrace& t) { t.graph_text = deep('[', 500000); }, {"metadata 'millrace': nested deeper"}},
    {"NoObject", [](RawTrace& t) { t.graph_text = "7"; }, {"is a JSON number, must be an object"}},
    {"NoVersion", [](RawTrace& t) { t.graph.erase("version"); }, {"key 'version' is missing"}},
    {"UnknownVersion",
     [](RawTrace& t) {
       t.graph["version"] = 2;
       t.graph["shards"] = 3;
     },
     {"/version: is 2, this program reads version 1"}},
    {"UnknownKey", [](RawTrace& t) { t.graph["image"] = 1; }, {"/: unknown key 'image'; legal here: version, network"}},
    {"NoNetwork", [](RawTrace& t) { t.graph.erase("network"); }, {"key 'network' is missing"}},
    {"UnknownLayerKey",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["pad"] = 1; },
     {"/network/layers/0: unknown key 'pad'", "pads"}},
    {"UnknownOperator",
     [](RawTrace& t) { t.graph["network"]["layers"][1]["operator"] = "softmax"; },
     {"/network/layers/1/operator: unknown operator 'softmax'; known: conv, fully_connected"}},
    {"MissingFilters",
     [](RawTrace& t) { t.graph["network"]["layers"][0].erase("filters"); },
     {"/network/layers/0: key 'filters' is missing"}},
    {"WrongType",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["stride"] = "2"; },
     {"/network/layers/0/stride: is a JSON string, must be an integer"}},
    {"KernelIsNotTwoNumbers",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["kernel"] = {3}; },
     {"/network/layers/0/kernel: has 1 elements, must have 2"}},
    {"HostileInput",
     [](RawTrace& t) {
       t.graph["network"]["input"]["shape"] = {65536, 65536, 65536};
     },
     {"/network: the edge 'input' would have more than 2147483648 elements"}},
    {"HostileFilters",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["filters"] = 1LL << 40; },
     {"/network/layers/0/filters: is 1099511627776, must be 1 to 65536"}},
    {"UnknownEdge",
     [](RawTrace& t) { t.graph["network"]["layers"][1]["inputs"] = {"x"}; },
     {"/network/layers/1: layer 'f' (fully_connected): edge 'x' is made by no layer"}},
    {"LoopOfLayers",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["inputs"] = {"o"}; },
     {"/network/layers/0", "edge 'o' is made by no layer up to here"}},
    {"OutputIsNoEdge", [](RawTrace& t) { t.graph["network"]["output"] = "x"; }, {"/network/output: edge 'x'"}},
    {"LongNamesAreCutInMessages",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["name"] = std::string(100000, 'n'); },
     {"nnn...' must have 1 to 256 bytes"}},
    {"ImageWithoutName", [](RawTrace& t) { t.graph["images"][0].erase("name"); }, {"/images/0: key 'name' is missing"}},
    {"LabelOutOfRange", [](RawTrace& t) { t.graph["images"][0]["label"] = -1; }, {"/images/0/label: is -1"}},
    {"WeightHash",
     [](RawTrace& t) { t.graph["provenance"]["weight_hash"] = "x"; },
     {"/provenance/weight_hash: must be 16 hex digits"}},
    {"Pruned", [](RawTrace& t) { t.graph["provenance"]["pruned"] = 1.5; }, {"/provenance/pruned: must be 0 to 1"}},
    {"Bits", [](RawTrace& t) { t.graph["provenance"]["bits"] = 0; }, {"/provenance/bits: is 0"}},
    {"Scale",
     [](RawTrace& t) { t.graph["code_scales"]["activation_code/e"] = 0; },
     {"/code_scales/activation_code~1e: a scale must be above 0"}},
};
INSTANTIATE_TEST_SUITE_P(Graph, BadTrace, testing::ValuesIn(graph_cases),
                         [](const auto& info) { return info.param.name; });

const std::vector<BadInput> tensor_cases = {
    {"GraphAndTensorDisagree",
     [](RawTrace& t) { t.graph["network"]["layers"][0]["filters"] = 6; },
     {"tensor 'weight_mask/c': shape is [5, 3, 3, 1], the graph asks for [6, 3, 3, 1]"}},
    {"MoreImagesThanMasks",
     [](RawTrace& t) {
       t.graph["images"].push_back({{"name", "two"}});
     },
     {"tensor 'activation_mask/input': shape is [1, 4, 4, 1], the graph asks for [2, 4, 4, 1]"}},
    {"NoImages", [](RawTrace& t) { t.graph.erase("images"); }, {"the graph lists no images"}},
    {"ImagesWithoutMasks",
     [](RawTrace& t) {
       t.header = nlohmann::ordered_json::object();
       t.data.clear();
     },
     {"the graph lists images, but the file has no masks"}},
    {"WrongDtype",
     [](RawTrace& t) { t.header["activation_mask/e"]["dtype"] = "I8"; },
     {"tensor 'activation_mask/e': dtype is I8, must be U8"}},
    {"MissingWeightMask",
     [](RawTrace& t) {
       t.header = nlohmann::ordered_json::object();
       t.data.clear();
       t.append("activation_mask/input", "U8", {1, 4, 4, 1}, std::vector<std::uint8_t>(16));
     },
     {"tensor 'weight_mask/c' is missing"}},
    {"MissingActivationMask",
     [](RawTrace& t) {
       t.header.erase("activation_mask/e");
       t.data.resize(81);
     },
     {"tensor 'activation_mask/e' is missing"}},
    {"UnknownTensor",
     [](RawTrace& t) { t.append("weight_mask/x", "U8", {1}, {0}); },
     {"tensor 'weight_mask/x': belongs to no edge"}},
    {"SpareBitInWeights",
     [](RawTrace& t) { t.data[7] = 0x08; },
     {"tensor 'weight_mask/c': byte 7 has a bit set beyond channel 2; spare bits must be 0"}},
    {"SpareBitInActivations",
     [](RawTrace& t) { t.data[96] = 0x20; },
     {"tensor 'activation_mask/e': byte 15 has a bit set beyond channel 4"}},
    {"CodesWithoutScale",
     [](RawTrace& t) {
       t.append("activation_code/e", "U8", {1, 4, 4, 5}, std::vector<std::uint8_t>(80));
     },
     {"code_scales: no scale for 'activation_code/e'"}},
    {"ScaleWithoutCodes",
     [](RawTrace& t) { t.graph["code_scales"]["activation_code/e"] = 1; },
     {"code_scales: there are no codes 'activation_code/e'"}},
    {"CodesOfWrongShape",
     [](RawTrace& t) {
       t.append("weight_code/c", "I8", {5, 3, 3, 2}, std::vector<std::uint8_t>(90));
     },
     {"tensor 'weight_code/c': shape is [5, 3, 3, 2], the graph asks for [5, 3, 3, 3]"}},
    {"CodesOfWrongDtype",
     [](RawTrace& t) {
       t.append("weight_code/c", "U16", {5, 3, 3, 3}, std::vector<std::uint8_t>(270));
     },
     {"tensor 'weight_code/c': dtype is U16, must be I8 or U8"}},
    {"CodeWhereTheMaskIsZero",
     [](RawTrace& t) {
       std::vector<std::uint8_t> codes(80);
       codes[12] = 9;
       t.append("activation_code/e", "U8", {1, 4, 4, 5}, codes);
       t.graph["code_scales"]["activation_code/e"] = 0.5;
     },
     {"tensor 'activation_code/e': code 12 is 9, but its mask bit is 0"}},
    {"ZeroCodeWhereTheMaskIsOne",
     [](RawTrace& t) {
       t.data[81] = 0x04;
       t.append("activation_code/e", "U8", {1, 4, 4, 5}, std::vector<std::uint8_t>(80));
       t.graph["code_scales"]["activation_code/e"] = 0.5;
     },
     {"tensor 'activation_code/e': code 2 is 0, but its mask bit is 1"}},
};
INSTANTIATE_TEST_SUITE_P(Tensors, BadTrace, testing::ValuesIn(tensor_cases),
                         [](const auto& info) { return info.param.name; });

/// Bytes changed at random: a file is opened or refused, and nothing else happens.
TEST(TraceFile, SurvivesRandomDamage) {
  constexpr std::uint32_t seed = 20;
  constexpr int files = 3000;
  SCOPED_TRACE(seed);
  const test::TemporaryFolder folder;
  RawTrace().write(folder / "whole");
  std::ifstream stream(folder / "whole", std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  std::mt19937 random(seed);
  int refused = 0;
  for (int i = 0; i < files; ++i) {
    std::string damaged = whole;
    for (std::uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    }
    std::ofstream(folder / "damaged", std::ios::binary) << damaged;
    try {
      Trace::open(folder / "damaged");
    } catch (const TraceError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, files / 2);
}

}  // namespace
}  // namespace millrace::traces
