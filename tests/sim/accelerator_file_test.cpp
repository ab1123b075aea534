#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/accelerator_text.hpp"
#include "tests/traces/error_message.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& yaml) {
  return error_message<ConfigError>([&] { read_yaml(yaml); });
}

/// "a.yaml:LINE:COLUMN: " and what follows it.
auto at(const std::string& line_and_column, const std::string& message) {
  return HasSubstr("a.yaml:" + line_and_column + ": " + message);
}

TEST(AcceleratorFile, IsReadWithEverySettingAndItsPlace) {
  const Accelerator accelerator = read_yaml(R"(# a comment
clock_mhz: 187.5
data_bits: 4
memory: {bytes_per_cycle: 32, latency: 0, burst: 128, outstanding: 2}
trace: ../data/./net.safetensors
defaults:
  unit: skip_weights
  depth: 3
  skip_depth: minimum
layers:
  /conv1/Conv: {coarse_in: 1, coarse_out: 2, coarse_group: 3, group_channels: 4, macs: 5, queue: 6, pixel_buffers: 7}
  pool:
    lanes: 8
    lock_step: true
    skip_empty_groups: false
streams:
  "a -> b": 9
)");
  EXPECT_EQ(accelerator.clock_mhz, 187.5);
  EXPECT_EQ(accelerator.data_bits, 4);
  EXPECT_EQ(accelerator.memory, (MemoryParameters{32, Cycles{0}, 128, 2}));
  ASSERT_TRUE(accelerator.trace);
  EXPECT_EQ(accelerator.trace->filename(), "net.safetensors");
  EXPECT_EQ(accelerator.trace->parent_path(), accelerator.file.parent_path().parent_path() / "data");
  EXPECT_TRUE(accelerator.has_defaults);
  EXPECT_EQ(accelerator.defaults.unit->value, UnitKind::kSkipWeights);
  EXPECT_EQ(accelerator.depth, 3);
  EXPECT_EQ(accelerator.skip_depth, SkipDepth::kMinimum);
  const LayerSettings& conv = accelerator.layers.at("/conv1/Conv");
  EXPECT_EQ(conv.coarse_in->value, 1);
  EXPECT_EQ(conv.coarse_out->value, 2);
  EXPECT_EQ(conv.coarse_group->value, 3);
  EXPECT_EQ(conv.group_channels->value, 4);
  EXPECT_EQ(conv.macs->value, 5);
  EXPECT_EQ(conv.queue->value, 6);
  EXPECT_EQ(conv.pixel_buffers->value, 7);
  EXPECT_FALSE(conv.lanes);
  const LayerSettings& pool = accelerator.layers.at("pool");
  EXPECT_EQ(pool.lanes->value, 8);
  EXPECT_TRUE(pool.lock_step->value);
  EXPECT_FALSE(pool.skip_empty_groups->value);
  EXPECT_EQ(pool.lanes->place.line, 13);
  EXPECT_EQ(pool.lanes->place.column, 12);
  EXPECT_EQ(accelerator.streams.at("a -> b").value, 9);
  EXPECT_EQ(accelerator.streams.at("a -> b").place.line, 17);
}

TEST(AcceleratorFile, MustBeThere) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_message<ConfigError>([&] { Accelerator::read(folder / "gone.yaml"); }),
              HasSubstr("gone.yaml: there is no such file; give the path of an accelerator file"));
  EXPECT_THAT(error_message<ConfigError>([&] { Accelerator::read(folder.path()); }), HasSubstr("no such file"));
}

TEST(AcceleratorFile, MustHoldSomething) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~\n"}) {
    EXPECT_THAT(refusal(text), HasSubstr("a.yaml: is empty; the least an accelerator file holds is 'defaults:"));
  }
}

TEST(AcceleratorFile, MustBeOneYamlDocument) {
  EXPECT_THAT(refusal("defaults: {macs: 1\n"), at("2:1", "is not valid YAML: end of map flow not found"));
  EXPECT_THAT(refusal("defaults:\n\tmacs: 1\n"), at("2:6", "is not valid YAML: "));
  EXPECT_THAT(refusal("defaults: {}\n---\nlayers: {}\n"), at("2:1", "a second document begins"));
  // The parser finds documents without end here.
  EXPECT_THAT(refusal("#\n,"), at("2:1", "a second document begins"));
}

TEST(AcceleratorFile, MustBeMappings) {
  EXPECT_THAT(refusal("[1, 2]"), at("1:1", "the accelerator must be a mapping (key: value), not a list"));
  EXPECT_THAT(refusal("just text"), at("1:1", "the accelerator must be a mapping (key: value), not 'just text'"));
  EXPECT_THAT(refusal("memory: 4"), at("1:9", "memory must be a mapping (key: value), not '4'"));
  EXPECT_THAT(refusal("defaults: [dense]"), at("1:11", "defaults must be a mapping"));
  EXPECT_THAT(refusal("layers: conv"), at("1:9", "layers must be a mapping"));
  EXPECT_THAT(refusal("layers: {conv: 4}"), at("1:16", "layer 'conv' must be a mapping"));
  EXPECT_THAT(refusal("streams: [4]"), at("1:10", "streams must be a mapping"));
  EXPECT_THAT(refusal("defaults:\n"), HasSubstr("defaults must be a mapping (key: value), not nothing"));
  EXPECT_THAT(refusal("? [a]\n: 1"), at("1:3", "a key of the accelerator must be a name, not a list"));
}

TEST(AcceleratorFile, MustNotHaveUnknownKeys) {
  EXPECT_THAT(refusal("clock: 3"), at("1:1", "unknown key 'clock' in the accelerator; legal are clock_mhz, data_bits"));
  EXPECT_THAT(refusal("defaults: {}\nstream: {}"), at("2:1",
                                                      "unknown key 'stream' in the accelerator; did you mean "
                                                      "'streams'?"));
  EXPECT_THAT(refusal("memory: {busrt: 64}"), at("1:10",
                                                 "unknown key 'busrt' in memory; did you mean 'burst'? legal "
                                                 "are bytes_per_cycle, latency, burst, outstanding"));
  EXPECT_THAT(refusal("defaults: {mac: 64}"), at("1:12", "unknown key 'mac' in defaults; did you mean 'macs'?"));
  EXPECT_THAT(refusal("layers:\n  c:\n    macs: 1\n    corse_in: 2"),
              at("4:5", "unknown key 'corse_in' in layer 'c'; did you mean 'coarse_in'?"));
  // What only `defaults` may say.
  EXPECT_THAT(refusal("layers: {c: {skip_depth: ample}}"), at("1:14", "unknown key 'skip_depth' in layer 'c'"));
  EXPECT_THAT(refusal("xyzzy: 1"), Not(HasSubstr("did you mean")));
}

TEST(AcceleratorFile, MustNotRepeatKeys) {
  EXPECT_THAT(refusal("defaults: {}\ndefaults: {}"), at("2:1", "'defaults' stands twice in the accelerator; keep one"));
  EXPECT_THAT(refusal("memory: {burst: 1, burst: 2}"), at("1:20", "'burst' stands twice in memory; keep one"));
  EXPECT_THAT(refusal("defaults: {macs: 1, unit: dense, macs: 1}"), at("1:34", "'macs' stands twice in defaults"));
  EXPECT_THAT(refusal("layers:\n  c: {}\n  c: {}"), at("3:3", "'c' stands twice in layers"));
  EXPECT_THAT(refusal("layers: {c: {macs: 1, macs: 2}}"), at("1:23", "'macs' stands twice in layer 'c'"));
  EXPECT_THAT(refusal("streams: {s: 1, s: 1}"), at("1:17", "'s' stands twice in streams"));
}

TEST(AcceleratorFile, MustHaveWholeNumbersInRange) {
  const std::string legal = "macs must be a whole number from 1 to 65536, not ";
  for (const auto& [value, shown] : std::vector<std::pair<std::string, std::string>>{
           {"[1]", "a list"},
           {"{a: 1}", "a mapping"},
           {"", "nothing"},
           {"many", "'many'"},
           {"1.5", "'1.5'"},
           {"1e3", "'1e3'"},
           {"0x10", "'0x10'"},
           {"4 5", "'4 5'"},
           {"'4 '", "'4 '"},
           {"+4", "'+4'"},
           {"0", "'0'"},
           {"-3", "'-3'"},
           {"65537", "'65537'"},
           {"99999999999999999999999999", "'99999999999999999999999999'"}}) {
    EXPECT_THAT(refusal("layers: {c: {macs: " + value + "}}"), AllOf(HasSubstr("a.yaml:1:"), HasSubstr(legal + shown)));
  }
  EXPECT_THAT(refusal("layers:\n  c:\n    macs: many"), at("3:11", legal));
}

TEST(AcceleratorFile, HasARangeForEveryNumber) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"data_bits: 0", "data_bits must be a whole number from 1 to 64"},
      {"data_bits: 65", "data_bits must be a whole number from 1 to 64"},
      {"clock_mhz: 0.5", "clock_mhz must be a number from 1 to 10000, not '0.5'"},
      {"clock_mhz: 10001", "clock_mhz must be a number from 1 to 10000"},
      {"clock_mhz: nan", "clock_mhz must be a number"},
      {"clock_mhz: inf", "clock_mhz must be a number"},
      {"clock_mhz: fast", "clock_mhz must be a number"},
      {"clock_mhz: [200]", "clock_mhz must be a number from 1 to 10000, not a list"},
      {"memory: {bytes_per_cycle: 0}", "bytes_per_cycle must be a whole number from 1 to 65536"},
      {"memory: {latency: -1}", "latency must be a whole number from 0 to 1048576"},
      {"memory: {burst: 0}", "burst must be a whole number from 1 to"},
      {"memory: {outstanding: 0}", "outstanding must be a whole number from 1 to 4096"},
      {"defaults: {depth: 0}", "depth must be a whole number from 1 to"},
      {"defaults: {depth: 16777217}", "depth must be a whole number from 1 to 16777216"},
      {"defaults: {queue: 0}", "queue must be a whole number from 1 to"},
      {"defaults: {pixel_buffers: 0}", "pixel_buffers must be a whole number from 1 to 4096"},
      {"defaults: {pixel_buffers: 4097}", "pixel_buffers must be a whole number from 1 to 4096"},
      {"layers: {c: {coarse_in: 0}}", "coarse_in must be a whole number from 1 to 65536"},
      {"layers: {c: {coarse_out: -1}}", "coarse_out must be a whole number from 1 to 65536"},
      {"layers: {c: {coarse_group: 0}}", "coarse_group must be a whole number from 1 to 65536"},
      {"layers: {c: {group_channels: 0}}", "group_channels must be a whole number from 1 to 65536"},
      {"layers: {c: {lanes: 0}}", "lanes must be a whole number from 1 to 65536"},
      {"streams: {a -> b: 0}", "the depth of stream 'a -> b' must be a whole number from 1 to 16777216, not '0'"},
      {"streams: {a -> b: deep}", "the depth of stream 'a -> b' must be a whole number"}};
  for (const auto& [yaml, message] : cases) {
    EXPECT_THAT(refusal(yaml), AllOf(HasSubstr("a.yaml:1:"), HasSubstr(message))) << yaml;
  }
}

TEST(AcceleratorFile, HasNoOtherWordsForTrueAndFalse) {
  for (const char* value : {"yes", "on", "True", "1", "[true]", ""}) {
    EXPECT_THAT(refusal(std::string("defaults:\n  lock_step: ") + value + "\n"),
                AllOf(HasSubstr("a.yaml:"), HasSubstr("lock_step must be true or false, not ")))
        << value;
  }
  EXPECT_THAT(refusal("defaults: {skip_empty_groups: yes}"), at("1:31", "skip_empty_groups must be true or false"));
}

TEST(AcceleratorFile, NamesTheChoices) {
  EXPECT_THAT(refusal("defaults: {unit: sparse}"),
              at("1:18", "unit must be one of dense, skip_weights, skip_activations, skip_both, not 'sparse'"));
  EXPECT_THAT(refusal("layers: {c: {unit: [dense]}}"), at("1:20", "unit must be one of dense"));
  EXPECT_THAT(refusal("defaults: {skip_depth: deep}"),
              at("1:24", "skip_depth must be one of ample, minimum, not 'deep'"));
}

TEST(AcceleratorFile, MustNameATraceByText) {
  EXPECT_THAT(refusal("trace: [a, b]"), at("1:8", "trace must be a text, not a list"));
  EXPECT_THAT(refusal("trace: ''"), at("1:8", "trace must be a text"));
}

TEST(AcceleratorFile, TakesAnAliasForWhatItStandsFor) {
  const Accelerator accelerator = read_yaml("defaults: &d {macs: 3}\nlayers: {a: *d, b: *d}");
  EXPECT_EQ(accelerator.layers.at("a").macs->value, 3);
  EXPECT_EQ(accelerator.layers.at("b").macs->value, 3);
  EXPECT_THAT(refusal("layers: {a: *nobody}"), at("1:13", "is not valid YAML: the referenced anchor is not defined"));
  EXPECT_THAT(refusal("layers: &a {x: *a}"), HasSubstr("unknown key 'x' in layer 'x'"));
}

TEST(AcceleratorFile, SurvivesAliasesOfAliasesOfAliases) {
  std::string text = "a0: &a0 [x, x]\n";
  for (int level = 1; level < 60; ++level) {
    text += fmt::format("a{0}: &a{0} [*a{1}, *a{1}]\n", level, level - 1);
  }
  EXPECT_THAT(refusal(text + "defaults: *a59\n"), at("1:1", "unknown key 'a0'"));
  EXPECT_THAT(refusal("defaults: {macs: &a [x]}\nlayers: *a\n"), HasSubstr("macs must be a whole number"));
}

TEST(AcceleratorFile, SurvivesNesting) {
  constexpr int kLevels = 100000;
  const auto repeated = [](const std::string& text) {
    std::string all;
    for (int level = 0; level < kLevels; ++level) {
      all += text;
    }
    return all;
  };
  const auto too_deep = AllOf(HasSubstr("a.yaml:1:"), HasSubstr("is nested too deeply"));
  EXPECT_THAT(refusal(repeated("[")), too_deep);
  EXPECT_THAT(refusal(repeated("[") + repeated("]")), too_deep);
  EXPECT_THAT(refusal(repeated("{a: ")), too_deep);
  EXPECT_THAT(refusal(repeated("- ") + "x"), too_deep);
  EXPECT_THAT(refusal(repeated("? ") + "x"), too_deep);
}

TEST(AcceleratorFile, MustBeSmall) {
  const std::string four_mebibytes(4U << 20U, '#');
  EXPECT_THAT(refusal(four_mebibytes + "\ndefaults: {}"), HasSubstr("a.yaml: is larger than 4 MiB"));
  EXPECT_THAT(refusal(four_mebibytes), HasSubstr("a.yaml: is empty"));
}

TEST(AcceleratorFile, MustNotBeBinary) {
  std::string bytes;
  for (int byte = 255; byte >= 0; --byte) {
    bytes += static_cast<char>(byte);
  }
  for (const std::string& text : {bytes, std::string(1000, '\0'),
                                  std::string("\x7f"
                                              "ELF\x02\x01\x01\0\0",
                                              9)}) {
    const std::string message = refusal(text);
    EXPECT_THAT(message, HasSubstr("a.yaml:1:"));
    EXPECT_THAT(message, Not(HasSubstr("\n")));
  }
}

TEST(AcceleratorFile, IsQuotedInOneShortLine) {
  EXPECT_THAT(refusal(R"(defaults: {macs: "a\nb\e[31m"})"), HasSubstr("not 'a?b?[31m'"));
  EXPECT_THAT(refusal(R"({"a\nb": 1})"), HasSubstr("unknown key 'a?b'"));
  EXPECT_THAT(refusal("{\"a\\\0\": 1}"), Not(HasSubstr("\n")));
  const std::string message = refusal(fmt::format("? {}\n: 1\n", std::string(1000000, 'x')));
  EXPECT_THAT(message, HasSubstr("unknown key 'xxx"));
  EXPECT_LT(message.size(), 500U);
}

}  // namespace
}  // namespace millrace::sim
