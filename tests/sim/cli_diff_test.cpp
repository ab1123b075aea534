#include "tests/sim/cli_fixture.hpp"

namespace millrace::sim {
namespace {

using test::CliTest;
using test::Finished;
using test::read_file;
using test::write_text;
using testing::HasSubstr;
using testing::Not;

class DiffTest : public CliTest {
 protected:
  /// Runs an accelerator and keeps its result.
  void run(const std::string& name, const std::string& accelerator) const {
    write_text(file(name + ".yaml"), "trace: t.safetensors\n" + accelerator);
    ASSERT_EQ(millrace({"run", file(name + ".yaml"), "--json", file(name + ".json"), "--quiet"}).exit_code, 0);
  }
  std::string diff(const std::string& before, const std::string& after, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"diff", file(before + ".json"), file(after + ".json")});
    const Finished finished = millrace(more);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished.out;
  }
};

TEST_F(DiffTest, SaysThatNothingDiffers) {
  run("a1", "defaults: {}\n");
  run("a2", "defaults: {}\n");
  EXPECT_NE(read_file(file("a1.json")), read_file(file("a2.json"))) << "how fast it was is no difference";
  EXPECT_EQ(diff("a1", "a2"), "no difference\n");
}

TEST_F(DiffTest, SaysWhatWasSetAndWhatCameOfIt) {
  run("before", "defaults: {}\n");
  run("after", "defaults: {}\nlayers: {conv1: {macs: 3, queue: 7}}\nstreams: {x.fork -> add: 77}\n");
  const std::string text = diff("before", "after");
  EXPECT_THAT(text, HasSubstr("configuration\n"));
  EXPECT_THAT(text, HasSubstr("macs of conv1: 1 > 3\n"));
  EXPECT_THAT(text, HasSubstr("  depth of conv1.window -> conv1: 2 > 7\n"));
  EXPECT_THAT(text, HasSubstr("  depth of x.fork -> add: "));
  EXPECT_THAT(text, HasSubstr(" > 77\n"));
  const nlohmann::json before = json("before.json");
  const nlohmann::json after = json("after.json");
  const auto text_of = [](const nlohmann::json& value) { return value.dump(); };
  EXPECT_THAT(text, testing::ContainsRegex("  cycles +" + text_of(before["total_cycles"]) + " +" +
                                           text_of(after["total_cycles"]) + " +-[0-9.]+ %\n"));
  EXPECT_THAT(text, testing::ContainsRegex("  images +3 +3 +=\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\ncycles an image +busy +starved +blocked\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\nstreams +waited an image +high water +depth\n"));
}

TEST_F(DiffTest, PutsTheLargestChangeFirst) {
  run("before", "defaults: {}\n");
  run("after", "defaults: {}\nlayers: {stem: {macs: 9}}\n");
  const std::string text = diff("before", "after");
  const nlohmann::json before = json("before.json");
  const nlohmann::json after = json("after.json");
  std::string largest;
  double most = -1;
  for (std::size_t index = 0; index < before["engines"].size(); ++index) {
    double change = 0;
    for (const char* account : {"busy", "starved", "blocked"}) {
      change +=
          std::abs(after["engines"][index][account].get<double>() - before["engines"][index][account].get<double>());
    }
    if (change > most) {
      most = change;
      largest = before["engines"][index]["name"];
    }
  }
  const std::size_t heading = text.find("\ncycles an image");
  ASSERT_NE(heading, std::string::npos);
  const std::size_t first = text.find('\n', heading + 1) + 1;
  EXPECT_EQ(text.substr(first, largest.size() + 3), "  " + largest + " ");
}

TEST_F(DiffTest, CountsEqualChanges) {
  run("before", "defaults: {}\n");
  run("after", "defaults: {depth: 5}\n");
  EXPECT_THAT(diff("before", "after"),
              testing::ContainsRegex("  depth of [0-9]+ streams, the first is [^:]+: 2 > 5\n"));
}

TEST_F(DiffTest, ShowsSoManyRows) {
  run("before", "defaults: {}\n");
  run("after", "defaults: {depth: 5, macs: 2, queue: 4}\n");
  EXPECT_THAT(diff("before", "after", {"--rows", "1"}), HasSubstr(" more; --rows "));
  EXPECT_THAT(diff("before", "after", {"--rows", "1000"}), Not(HasSubstr(" more; --rows ")));
}

TEST_F(DiffTest, NamesWhatOneOfThemLacks) {
  run("before", "defaults: {}\n");
  run("after", "defaults: {}\nlayers: {conv2: {coarse_out: 4}}\n");
  const std::string text = diff("before", "after");
  EXPECT_THAT(text, HasSubstr("  only after: module add.rebundle1\n"));
  EXPECT_THAT(text, HasSubstr("  only before: stream x.fork -> add\n"));
}

TEST_F(DiffTest, SaysThatTheTraceIsAnother) {
  run("before", "defaults: {}\n");
  test::RandomTrace(test::residual_network(), kImages, 8).write(file("t.safetensors"));
  run("after", "defaults: {}\n");
  EXPECT_THAT(diff("before", "after"),
              testing::StartsWith("trace: " + json("before.json")["trace"]["hash"].get<std::string>() + " > " +
                                  json("after.json")["trace"]["hash"].get<std::string>()));
}

TEST_F(DiffTest, ComparesPlansToo) {
  for (const char* depth : {"2", "3"}) {
    write_text(file("p.yaml"), std::string("trace: t.safetensors\ndefaults: {depth: ") + depth + "}\n");
    ASSERT_EQ(millrace({"plan", file("p.yaml"), "--json", file(std::string("plan") + depth + ".json")}).exit_code, 0);
  }
  EXPECT_THAT(diff("plan2", "plan3"), testing::StartsWith("configuration\n"));
  EXPECT_THAT(diff("plan2", "plan3"), Not(HasSubstr("totals")));
}

TEST_F(DiffTest, RefusesWhatCannotBeCompared) {
  run("r", "defaults: {}\n");
  ASSERT_EQ(millrace({"plan", file("a.yaml"), "--json", file("plan.json")}).exit_code, 0);
  expect_refusal({"diff", file("r.json"), file("plan.json")},
                 file("r.json") + " is of schema 'millrace-run-1' and " + file("plan.json") +
                     " of 'millrace-plan-1': compare two results, or two plans");
  ASSERT_EQ(millrace({"inspect", file("t.safetensors"), "--json", file("i.json")}).exit_code, 0);
  expect_refusal(
      {"diff", file("r.json"), file("i.json")},
      file("i.json") + ": /schema: is 'millrace-inspect-1'; legal are 'millrace-run-1' (millrace run --json)");
  expect_refusal({"diff", file("r.json"), file("gone.json")}, "gone.json: there is no such file");
  expect_refusal({"diff", file("r.json"), file("a.yaml")}, "a.yaml: ");
  write_text(file("cut.json"), R"({"schema": "millrace-run-1", "network": "n"})");
  expect_refusal({"diff", file("r.json"), file("cut.json")}, "cut.json: /: key 'configuration' is missing");
  expect_refusal({"diff", file("r.json")}, "B.json is missing; usage: millrace diff A.json B.json");
  expect_refusal({"diff", file("r.json"), file("r.json"), "--rows", "0"}, "--rows 0: legal are 1 and more");
}

}  // namespace
}  // namespace millrace::sim
