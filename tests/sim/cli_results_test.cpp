#include <nlohmann/json.hpp>
#include <set>

#include "tests/sim/cli_fixture.hpp"
#include "tests/sim/source_folder.hpp"

namespace millrace::sim {
namespace {

using test::CliTest;
using test::Finished;
using testing::HasSubstr;
using testing::Not;

class CliResults : public CliTest {
 protected:
  nlohmann::json run_to_json(std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{"run", file("a.yaml"), "--json", file("r.json")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Finished run = millrace(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return json("r.json");
  }
};

TEST_F(CliResults, HaveTheDocumentedKeys) {
  const nlohmann::json result = run_to_json();
  for (const char* key : {"schema", "version", "total_cycles", "interval_cycles", "clock_mhz", "images", "modules",
                          "streams", "speed", "configuration", "trace", "bottleneck"}) {
    EXPECT_TRUE(result.contains(key)) << key;
  }
  for (const char* key : {"work_seconds", "event_seconds", "wall_seconds", "dense_macs", "words"}) {
    EXPECT_TRUE(result["speed"].contains(key)) << key;
  }
  for (const nlohmann::json& module : result["modules"]) {
    for (const char* key : {"name", "kind", "busy", "starved", "blocked", "idle"}) {
      EXPECT_TRUE(module.contains(key)) << key;
    }
  }
  for (const nlohmann::json& stream : result["streams"]) {
    for (const char* key : {"name", "from", "to", "depth", "words", "high_water"}) {
      EXPECT_TRUE(stream.contains(key)) << key;
    }
  }
  EXPECT_EQ(result["schema"], "millrace-run-1");
  EXPECT_EQ(result["clock_mhz"], 200.0);
}

TEST_F(CliResults, AccountForEveryCycleOfEveryProcess) {
  const nlohmann::json result = run_to_json();
  const std::int64_t total = result["total_cycles"];
  EXPECT_GT(total, 0);
  // Reader and writer have two processes each, engines a row a unit and one for the drain.
  EXPECT_GT(result["modules"].size(), result["configuration"]["modules"].size());
  for (const nlohmann::json& row : result["modules"]) {
    std::int64_t sum = 0;
    for (const char* part : {"busy", "starved", "blocked", "idle"}) {
      EXPECT_GE(row[part].get<std::int64_t>(), 0) << row["name"] << " " << part;
      sum += row[part].get<std::int64_t>();
    }
    EXPECT_EQ(sum, total) << row["name"];
    EXPECT_GT(row["busy"].get<std::int64_t>(), 0) << row["name"];
  }
}

TEST_F(CliResults, CountTheWordsOfEveryStream) {
  for (const int images : {1, kImages}) {
    const nlohmann::json result = run_to_json({"--images", std::to_string(images)});
    const nlohmann::json& planned = result["configuration"]["streams"];
    ASSERT_EQ(result["streams"].size(), planned.size());
    std::int64_t words = 0;
    for (std::size_t index = 0; index < planned.size(); ++index) {
      const nlohmann::json& stream = result["streams"][index];
      EXPECT_EQ(stream["name"], planned[index]["name"]);
      EXPECT_EQ(stream["words"].get<std::int64_t>(), images * planned[index]["words"].get<std::int64_t>());
      EXPECT_GE(stream["high_water"], 1);
      EXPECT_LE(stream["high_water"].get<std::int64_t>(),
                stream["depth"].get<std::int64_t>() + planned[index]["latency"].get<std::int64_t>() - 1);
      words += stream["words"].get<std::int64_t>();
    }
    EXPECT_EQ(result["speed"]["words"], words);
  }
}

/// A trace in shards is the same trace: every edge of every stream and module.
TEST_F(CliResults, DoNotDependOnHowManyFilesTheTraceHas) {
  test::RandomTrace(test::residual_network(), kImages, 5).write_shards(file("shards"));
  nlohmann::json whole = run_to_json();
  nlohmann::json shards = run_to_json({"--trace", file("shards")});
  EXPECT_NE(whole["trace"]["hash"], shards["trace"]["hash"]);
  for (nlohmann::json* result : {&whole, &shards}) {
    (*result)["trace"].erase("hash");
    result->erase("speed");
  }
  EXPECT_EQ(whole, shards);
  std::filesystem::remove(file("shards/1.safetensors"));
  expect_refusal({"run", file("a.yaml"), "--trace", file("shards")},
                 "is shard 3 of 3 (images 3 to 3 of 3), but shard 2");
}

TEST_F(CliResults, ArePartialAfterAnInterrupt) {
  // In turns it would take minutes: the interrupt comes first.
  const std::filesystem::path accelerator = test::source_folder() / "workloads/resnet20-cifar10/small.yaml";
  const Finished run =
      test::interrupt_program(MILLRACE_PROGRAM, {"run", accelerator, "--synchronise", "--json", file("r.json")});
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_THAT(run.out, testing::StartsWith("interrupted"));
  const nlohmann::json result = json("r.json");
  EXPECT_EQ(result["schema"], "millrace-run-partial-1");
  EXPECT_EQ(result["images_asked"], 16);
  EXPECT_LT(result["images"].size(), 16U);
}

TEST_F(CliResults, HaveImagesInTheirOrder) {
  const nlohmann::json result = run_to_json();
  const nlohmann::json& images = result["images"];
  ASSERT_EQ(images.size(), static_cast<std::size_t>(kImages));
  for (std::size_t image = 0; image < images.size(); ++image) {
    EXPECT_EQ(images[image]["name"], "image" + std::to_string(image));
    const std::int64_t first_in = images[image]["first_in"];
    const std::int64_t last_out = images[image]["last_out"];
    EXPECT_LT(first_in, last_out);
    EXPECT_LE(last_out, result["total_cycles"].get<std::int64_t>());
    if (image > 0) {
      EXPECT_LT(images[image - 1]["first_in"], first_in);
      EXPECT_LT(images[image - 1]["last_out"], last_out);
      // Images overlap: that is what the pipeline is for.
      EXPECT_LT(first_in, images[image - 1]["last_out"]);
    }
  }
  const double span = images.back()["last_out"].get<double>() - images.front()["last_out"].get<double>();
  EXPECT_DOUBLE_EQ(result["interval_cycles"], span / (kImages - 1));
}

TEST_F(CliResults, AreTheSameBytesInEveryRunWithoutSpeed) {
  const Finished first = millrace({"run", file("a.yaml"), "--no-speed", "--json", file("1.json")});
  const Finished second = millrace({"run", file("a.yaml"), "--no-speed", "--json", file("2.json")});
  ASSERT_EQ(first.exit_code, 0);
  EXPECT_EQ(first.out, second.out);
  EXPECT_THAT(first.out, HasSubstr("interval"));
  EXPECT_THAT(first.out, Not(HasSubstr("simulated in")));
  EXPECT_EQ(test::read_file(file("1.json")), test::read_file(file("2.json")));
  nlohmann::json with_speed = run_to_json();
  EXPECT_FALSE(json("1.json").contains("speed"));
  EXPECT_EQ(with_speed.erase("speed"), 1U);
  EXPECT_EQ(with_speed, json("1.json"));
}

TEST_F(CliResults, AreTheSameWhenSynchronised) {
  EXPECT_EQ(run_to_json({"--no-speed"}), run_to_json({"--no-speed", "--synchronise"}));
}

TEST_F(CliResults, StayQuietWhenAsked) {
  const Finished run = millrace({"run", file("a.yaml"), "--quiet", "--json", file("r.json")});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err, "");
  EXPECT_TRUE(json("r.json").contains("streams"));
}

TEST_F(CliResults, PutATableOnStdoutAndNothingOnStderr) {
  const Finished run = millrace({"run", file("a.yaml")});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
  for (const char* word : {"engine", "conv1", "interval", "latency", "MACs", "bottleneck", "simulated in"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
}

TEST_F(CliResults, ReplaceAnOlderFile) {
  test::write_text(file("r.json"), "old");
  EXPECT_TRUE(run_to_json().is_object());
  EXPECT_EQ(files(), 6U);
}

TEST_F(CliResults, LeaveALinkALinkAndAPipeAPipe) {
  std::filesystem::create_symlink("real.json", file("link.json"));
  test::write_text(file("real.json"), "old");
  EXPECT_EQ(millrace({"run", file("a.yaml"), "--quiet", "--json", file("link.json")}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(file("link.json")));
  EXPECT_EQ(json("real.json")["images"].size(), static_cast<std::size_t>(kImages));
  EXPECT_EQ(millrace({"plan", file("a.yaml"), "--json", "/dev/null"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(CliResults, PlanTheNetlist) {
  const Finished run = millrace({"plan", file("a.yaml"), "--json", file("p.json")});
  ASSERT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("x.fork -> add"));
  const nlohmann::json plan = json("p.json");
  EXPECT_EQ(plan["schema"], "millrace-plan-1");
  EXPECT_EQ(plan["network"], "residual");
  std::set<std::string> names;
  for (const nlohmann::json& module : plan["modules"]) {
    EXPECT_TRUE(names.insert(module["name"]).second) << module["name"];
    EXPECT_TRUE(module["parameters"].is_object());
  }
  EXPECT_TRUE(names.contains("conv1.window"));
  std::int64_t words = 0;
  for (const nlohmann::json& stream : plan["streams"]) {
    EXPECT_TRUE(names.contains(stream["from"]));
    EXPECT_TRUE(names.contains(stream["to"]));
    for (const char* key : {"lanes", "depth", "latency", "words"}) {
      EXPECT_GE(stream[key], 1) << stream["name"];
    }
    words += stream["words"].get<std::int64_t>();
  }
  EXPECT_EQ(plan["words_per_image"], words);
  EXPECT_EQ(run_to_json()["configuration"], plan);
}

}  // namespace
}  // namespace millrace::sim
