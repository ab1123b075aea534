// `millrace validate` from the outside: what it prints and writes, and what it refuses.

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/cli_fixture.hpp"

namespace millrace::test {
namespace {

using Results = nlohmann::json;
using testing::HasSubstr;

class CliValidateTest : public CliTest {};

TEST_F(CliValidateTest, PrintsLayersNetworkAndLadder) {
  const Finished run = millrace({"validate", file("a.yaml")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const char* text : {"stem ", "conv2 ", "fc ", "images            3", "interval ", "first latency ", "mean form ",
                           "window supply ", "branches ", "memory ", "together "}) {
    EXPECT_THAT(run.out, HasSubstr(text));
  }
  EXPECT_EQ(run.err, "");
}

TEST_F(CliValidateTest, WritesTheSameBytesEveryTime) {
  for (const char* name : {"1.json", "2.json"}) {
    const Finished run =
        millrace({"validate", file("a.yaml"), "--quiet", "--json", file(name), "--threads", std::string(1, name[0])});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.out + run.err, "");
  }
  EXPECT_EQ(read_file(file("1.json")), read_file(file("2.json")));
  const Results result = json("1.json");
  EXPECT_EQ(result["schema"], "millrace-validate-1");
  EXPECT_EQ(result["images"], kImages);
  EXPECT_EQ(result["layers"].size(), 4U);
}

TEST_F(CliValidateTest, EndsWhereARunEnds) {
  ASSERT_EQ(millrace({"validate", file("a.yaml"), "--quiet", "--json", file("v.json")}).exit_code, 0);
  ASSERT_EQ(millrace({"run", file("a.yaml"), "--quiet", "--json", file("r.json")}).exit_code, 0);
  const Results validation = json("v.json");
  const Results run = json("r.json");
  EXPECT_EQ(validation["simulated"]["all_images"], run["total_cycles"]);
  EXPECT_EQ(validation["simulated"]["first_latency"], run["images"][0]["latency"]);
  EXPECT_EQ(validation["configuration"], run["configuration"]);
  EXPECT_NEAR(validation["ladder"].back()["cycles"].get<double>() * kImages, run["total_cycles"].get<double>(), 1e-6);
}

TEST_F(CliValidateTest, KnowsBothModels) {
  ASSERT_EQ(millrace({"validate", file("a.yaml"), "--quiet", "--json", file("m.json")}).exit_code, 0);
  ASSERT_EQ(
      millrace({"validate", file("a.yaml"), "--quiet", "--model", "published", "--json", file("p.json")}).exit_code, 0);
  const Results mended = json("m.json");
  const Results published = json("p.json");
  EXPECT_EQ(mended["model"], "mended");
  EXPECT_EQ(published["model"], "published");
  EXPECT_EQ(mended["simulated"], published["simulated"]);
  EXPECT_NE(mended["histogram_form"], published["histogram_form"]);
}

TEST_F(CliValidateTest, SaysWhyADesignGetsStuck) {
  const Finished run = millrace({"validate", file("stuck.yaml")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("deadlock: nothing can move"));
  EXPECT_THAT(run.err, HasSubstr("'x.fork -> add'"));
}

TEST_F(CliValidateTest, ComparesTheDesignsOfAStudy) {
  write_text(file("s.yaml"),
             "accelerator: a.yaml\nimages: 2\naxes:\n"
             "  - {set: macs, values: [1, 2, 4, 20]}\n"
             "  - {set: queue, values: [2, 9]}\n");
  const Finished run = millrace({"validate", "--designs", file("s.yaml"), "--csv", file("s.csv")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const char* text : {"designs           8, 2 of them not legal or stuck", "tau", "best ", "by the mean form ",
                           "by the histogram form ", "less throughput"}) {
    EXPECT_THAT(run.out, HasSubstr(text));
  }
  const std::string csv = read_file(file("s.csv"));
  EXPECT_THAT(csv, testing::StartsWith("design,macs,queue,dsps,memory_bits,mean_form,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 9);
  EXPECT_THAT(csv, HasSubstr("\n8,20,9,,,,,,,,"));
  // A design is what it is alone.
  write_text(file("one.yaml"), "trace: t.safetensors\ndefaults: {macs: 2, queue: 9}\n");
  ASSERT_EQ(millrace({"validate", file("one.yaml"), "--images", "2", "--quiet", "--json", file("one.json")}).exit_code,
            0);
  const Results one = json("one.json");
  EXPECT_THAT(csv, HasSubstr(fmt::format(",{},{},{:.2f},", one["mean_form"]["interval"].get<int>(),
                                         one["histogram_form"]["interval"].get<int>(),
                                         one["simulated"]["interval"].get<double>())));
}

TEST_F(CliValidateTest, RefusesStudiesThatItCannotUse) {
  write_text(file("s.yaml"), "accelerator: a.yaml\naxes: [{set: queue, values: [2]}]\n");
  write_text(file("many.yaml"), "accelerator: a.yaml\nimages: 9\naxes: [{set: queue, values: [2]}]\n");
  write_text(file("codes.yaml"), "accelerator: a.yaml\naxes: [{set: threshold_weights, values: [2]}]\n");
  write_text(file("bare.yaml"),
             "accelerator: a.yaml\ntraces: [network.safetensors]\naxes: [{set: queue, values: [2]}]\n");
  expect_refusal({"validate", "--designs"}, "FILE is missing");
  expect_refusal({"validate", "--designs", file("absent.yaml")}, "absent.yaml");
  expect_refusal({"validate", "--designs", file("a.yaml")}, "a.yaml:1");
  expect_refusal({"validate", "--designs", file("many.yaml")}, "many.yaml:2:9: the trace");
  expect_refusal({"validate", "--designs", file("codes.yaml")}, "no axis may set a threshold");
  expect_refusal({"validate", "--designs", file("bare.yaml")}, "holds a network without masks");
  expect_refusal({"validate", "--designs", file("s.yaml"), "--trace", "t"}, "--trace does not go with --designs");
  expect_refusal({"validate", "--designs", file("s.yaml"), "--json", "t"}, "results go to --csv");
  expect_refusal({"validate", file("a.yaml"), "--csv", "t"}, "--csv goes with --designs");
}

TEST_F(CliValidateTest, RefusesWhatItCannotUse) {
  expect_refusal({"validate"}, "FILE is missing");
  expect_refusal({"validate", file("absent.yaml")}, "absent.yaml");
  expect_refusal({"validate", file("no_trace.yaml")}, "names no trace");
  expect_refusal({"validate", file("a.yaml"), "--images", "4"}, "legal are 1 to 3");
  expect_refusal({"validate", file("a.yaml"), "--images", "0"}, "legal are 1 to 3");
  expect_refusal({"validate", file("a.yaml"), "--model", "other"}, "legal are mended, published");
  expect_refusal({"validate", file("a.yaml"), "--threads", "0"}, "--threads 0");
  expect_refusal({"validate", file("a.yaml"), "--trace", file("network.safetensors")}, "without masks");
  expect_refusal({"validate", file("a.yaml"), "--json", file("absent/v.json")}, "absent");
}

}  // namespace
}  // namespace millrace::test
