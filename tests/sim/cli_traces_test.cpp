// `millrace inspect` and `millrace synth`, from the command line.
#include "tests/sim/cli_fixture.hpp"

namespace millrace::sim {
namespace {

using test::CliTest;
using test::Finished;
using testing::HasSubstr;

class CliTraces : public CliTest {
 protected:
  void synth(const std::string& out, std::vector<std::string> options) const {
    options.insert(options.begin(), {"synth", file("network.safetensors"), "--out", file(out)});
    const Finished run = millrace(options);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.out, "");
  }
};

TEST_F(CliTraces, InspectsATrace) {
  const Finished run = millrace({"inspect", file("t.safetensors"), "--histogram", "--json", file("i.json")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("conv1: windows of a channel by zeros in them, % (0 to 9)"));
  EXPECT_THAT(run.out, HasSubstr("images            3, top-1 unknown"));
  const nlohmann::json json = this->json("i.json");
  EXPECT_EQ(json["schema"], "millrace-inspect-1");
  for (const char* key : {"version", "network", "trace_hash", "provenance", "totals", "top1", "images", "layers"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  const nlohmann::json& layer = json["layers"][1];
  EXPECT_EQ(layer["name"], "conv1");
  EXPECT_EQ(layer["inputs"][0]["shape"], nlohmann::json({6, 7, 4}));
  EXPECT_EQ(layer["macs"], 6 * 7 * 4 * 4 * 9);
  EXPECT_EQ(layer["histogram"]["activations"].size(), 4U);
  EXPECT_EQ(layer["histogram"]["activations"][0].size(), 10U);
  EXPECT_GT(layer["activation_zeros"]["mean"], 0.3);
  EXPECT_EQ(json["totals"]["file_bytes"], std::filesystem::file_size(file("t.safetensors")));
}

TEST_F(CliTraces, InspectsAFolderOfShards) {
  std::filesystem::create_directory(file("shards"));
  synth("shards/a.safetensors", {"--density", "0.5", "--images", "2"});
  std::filesystem::copy_file(file("shards/a.safetensors"), file("shards/b.safetensors"));
  const Finished run = millrace({"inspect", file("shards"), "--json", file("i.json")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("images            4, top-1 unknown"));
  EXPECT_EQ(json("i.json")["totals"]["file_bytes"], 2 * std::filesystem::file_size(file("shards/a.safetensors")));
}

TEST_F(CliTraces, InspectsANetwork) {
  const Finished run = millrace({"inspect", file("network.safetensors"), "--histogram", "--json", file("i.json")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("images            none: a network without masks"));
  EXPECT_FALSE(json("i.json")["layers"][0].contains("activation_zeros"));
  EXPECT_FALSE(json("i.json")["totals"].contains("activation_zeros"));
}

TEST_F(CliTraces, MakesUpTracesThatRun) {
  synth("s.safetensors", {"--density", "0.5", "--density", "stem=1", "--images", "2", "--seed", "3"});
  EXPECT_EQ(millrace({"run", file("a.yaml"), "--trace", file("s.safetensors"), "--quiet"}).exit_code, 0);
  EXPECT_THAT(millrace({"inspect", file("s.safetensors")}).out,
              HasSubstr("synth             density 0.5, stem=1; weight density 1; seed 3"));
  synth("again.safetensors", {"--density", "0.5", "--density", "stem=1", "--images", "2", "--seed", "3"});
  EXPECT_EQ(test::read_file(file("s.safetensors")), test::read_file(file("again.safetensors")));
  synth("h.safetensors", {"--from-histogram", file("t.safetensors"), "--weight-density", "0.5"});
  EXPECT_EQ(millrace({"run", file("a.yaml"), "--trace", file("h.safetensors"), "--quiet"}).exit_code, 0);
  synth("w.safetensors", {"--window-zeros", "3", "--window-zeros", "fc=0"});
  EXPECT_EQ(millrace({"run", file("a.yaml"), "--trace", file("w.safetensors"), "--quiet"}).exit_code, 0);
}

TEST_F(CliTraces, RefusesWhatCannotBeMadeUp) {
  const std::string network = file("network.safetensors");
  const std::string out = file("s.safetensors");
  const std::size_t before = files();
  expect_refusal({"synth", network, "--density", "1"}, "--out is missing");
  expect_refusal({"synth", network, "--out", out}, "what is zero must be said in one way");
  expect_refusal({"synth", network, "--out", out, "--density", "1", "--window-zeros", "1"}, "in one way");
  expect_refusal({"synth", network, "--out", out, "--density", "1", "--images", "0"}, "--images 0: legal are 1 to");
  expect_refusal({"synth", network, "--out", out, "--density", "1.5"}, "must be a number from 0 to 1, not '1.5'");
  expect_refusal({"synth", network, "--out", out, "--density", "1", "--density", "stm=1"}, "did you mean 'stem'?");
  expect_refusal({"synth", network, "--out", out, "--channel-densities", file("gone")}, "gone: there is no such file");
  expect_refusal({"synth", network, "--out", out, "--from-histogram", network}, "network without masks");
  expect_refusal({"synth", file("gone"), "--out", out, "--density", "1"}, "gone");
  expect_refusal({"synth", network, "--out", file("gone/s"), "--density", "1"}, "gone/s");
  expect_refusal({"inspect", file("gone")}, "gone");
  expect_refusal({"inspect"}, "TRACE is missing; usage: millrace inspect");
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace millrace::sim
