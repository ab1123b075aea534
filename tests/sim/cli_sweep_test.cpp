#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "tests/sim/cli_fixture.hpp"
#include "tests/sim/csv_table.hpp"
#include "tests/sim/source_folder.hpp"
#include "traces/threshold_codes.hpp"

namespace millrace::sim {
namespace {

using test::CliTest;
using test::CsvTable;
using test::Finished;
using test::read_file;
using test::RunningProgram;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Names and bytes of what a sweep leaves to its user.
std::map<std::string, std::string> results_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> results = {{"results.csv", read_file(folder / "results.csv")}};
  for (const auto& file : std::filesystem::directory_iterator(folder / "points")) {
    results[file.path().filename()] = read_file(file.path());
  }
  return results;
}

std::size_t lines_in(const std::filesystem::path& folder) {
  std::size_t lines = 0;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string text = read_file(file.path());
    lines += static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  return lines;
}

/// Waits until so many points are done.
void wait_for_rows(const std::filesystem::path& folder, std::size_t rows) {
  while (lines_in(folder / "rows") < rows) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// How many points are done when nothing runs any more.
std::size_t rows_at_rest(const std::filesystem::path& folder) {
  std::size_t before = lines_in(folder / "rows");
  for (;;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const std::size_t now = lines_in(folder / "rows");
    if (now == before) {
      return now;
    }
    before = now;
  }
}

/// The worker that writes rows: its file is called MACHINE-PROCESS-0.jsonl.
pid_t worker_of(const std::filesystem::path& folder) {
  const std::string name = std::filesystem::directory_iterator(folder / "rows")->path().stem();
  const std::size_t end = name.rfind('-');
  const std::size_t begin = name.rfind('-', end - 1) + 1;
  return std::stoi(name.substr(begin, end - begin));
}

class SweepTest : public CliTest {
 protected:
  SweepTest() {
    test::write_text(file("mixed.yaml"), R"(accelerator: a.yaml
images: 2
axes:
  - {set: macs, layers: 'conv*', values: [1, 2]}
  - {set: coarse_out, layers: conv1, values: [2, 3]}
  - {set: depth, values: [2, 5]}
  - {set: depth, name: shortcut, streams: x.fork -> add*, values: [2, 80]}
)");
    // Hundreds of points that are soon done, one work.
    test::write_text(
        file("long.yaml"),
        "accelerator: a.yaml\naxes: [{set: depth, range: {from: 2, to: 16}}, {set: queue, range: {from: 1, "
        "to: 40}}]\n");
  }

  Finished sweep(const std::string& study, const std::string& out, std::vector<std::string> more = {}) const {
    return millrace(arguments(study, out, std::move(more)));
  }
  std::vector<std::string> arguments(const std::string& study, const std::string& out,
                                     std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"sweep", file(study), "--out", file(out)});
    return more;
  }
  CsvTable table(const std::string& out) const { return CsvTable(read_file(file(out) + "/results.csv")); }
};

TEST_F(SweepTest, MakesOneTableOfAllPointsInTheirOrder) {
  const Finished run = sweep("mixed.yaml", "out");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("16 points: 4 ok, 4 deadlock, 8 illegal\nwrote " + file("out") + "/results.csv\n"));
  const CsvTable results = table("out");
  EXPECT_THAT(results.header(),
              ElementsAre("point", "trace", "macs conv*", "coarse_out conv1", "depth", "shortcut", "thresholds",
                          "status", "cycles", "interval", "images_per_second", "latency_first", "latency_mean",
                          "latency_max", "macs_done", "dense_macs", "bottleneck", "bottleneck_busy", "dsps",
                          "memory_bits", "stream_bits", "bram18", "reason"));
  ASSERT_EQ(results.rows(), 16);
  std::set<double> cycles;
  for (std::size_t row = 0; row < 16; ++row) {
    SCOPED_TRACE(row);
    EXPECT_EQ(results.at(row, "point"), std::to_string(row + 1));
    EXPECT_EQ(results.at(row, "trace"), "t.safetensors");
    EXPECT_EQ(results.at(row, "macs conv*"), row < 8 ? "1" : "2");
    EXPECT_EQ(results.at(row, "depth"), row / 2 % 2 == 0 ? "2" : "5");
    EXPECT_EQ(results.at(row, "shortcut"), row % 2 == 0 ? "2" : "80");
    EXPECT_EQ(results.at(row, "thresholds"), "");
    const bool has_json = std::filesystem::exists(file("out") + fmt::format("/points/{:04}.json", row + 1));
    if (results.at(row, "coarse_out conv1") == "3") {
      EXPECT_EQ(results.at(row, "status"), "illegal");
      EXPECT_EQ(results.at(row, "reason"),
                "a.yaml: layer 'conv1': coarse_out 3 does not divide 4 (filters of a group); legal are 1, 2, 4");
      EXPECT_EQ(results.at(row, "cycles") + results.at(row, "dsps"), "");
      EXPECT_FALSE(has_json);
    } else if (results.at(row, "shortcut") == "2") {
      EXPECT_EQ(results.at(row, "status"), "deadlock");
      EXPECT_THAT(results.at(row, "reason"), HasSubstr("nothing can move after cycle "));
      EXPECT_THAT(results.at(row, "reason"), HasSubstr(" for 'x.fork -> add"));
      EXPECT_EQ(results.at(row, "cycles"), "");
      EXPECT_NE(results.at(row, "dsps"), "");
      EXPECT_FALSE(has_json);
    } else {
      EXPECT_EQ(results.at(row, "status"), "ok");
      EXPECT_EQ(results.at(row, "reason"), "");
      EXPECT_TRUE(has_json);
      cycles.insert(results.number(row, "cycles"));
    }
  }
  EXPECT_EQ(cycles.size(), 4) << "every axis must matter here";
}

TEST_F(SweepTest, SaysOfAPointWhatARunOfItSays) {
  ASSERT_EQ(sweep("mixed.yaml", "out").exit_code, 0);
  test::write_text(file("point10.yaml"), R"(trace: t.safetensors
defaults: {depth: 2}
layers: {conv1: {macs: 2, coarse_out: 2}, conv2: {macs: 2}}
streams: {x.fork -> add: 80}
)");
  const Finished run =
      millrace({"run", file("point10.yaml"), "--images", "2", "--json", file("run.json"), "--no-speed"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(read_file(file("run.json")), read_file(file("out/points/0010.json")));
  const nlohmann::json result = json("run.json");
  const CsvTable results = table("out");
  EXPECT_EQ(results.number(9, "cycles"), result["total_cycles"].get<double>());
  EXPECT_EQ(results.number(9, "interval"), result["interval_cycles"].get<double>());
  EXPECT_EQ(results.number(9, "images_per_second"),
            result["clock_mhz"].get<double>() * 1e6 / result["interval_cycles"].get<double>());
  EXPECT_EQ(results.number(9, "latency_first"), result["images"][0]["latency"].get<double>());
  EXPECT_EQ(results.number(9, "latency_mean"),
            (result["images"][0]["latency"].get<double>() + result["images"][1]["latency"].get<double>()) / 2);
  EXPECT_EQ(results.number(9, "latency_max"),
            std::max(result["images"][0]["latency"].get<double>(), result["images"][1]["latency"].get<double>()));
  EXPECT_EQ(results.number(9, "macs_done"), result["macs_done"].get<double>());
  EXPECT_EQ(results.number(9, "dense_macs"), result["dense_macs"].get<double>());
  EXPECT_EQ(results.at(9, "bottleneck"), result["bottleneck"]["name"].get<std::string>());
  EXPECT_EQ(results.number(9, "bottleneck_busy"), result["bottleneck"]["busy_per_image"].get<double>());
  double dsps = 0;
  for (const nlohmann::json& module : result["configuration"]["modules"]) {
    dsps += module["dsps"].get<double>();
  }
  double stream_bits = 0;
  for (const nlohmann::json& stream : result["configuration"]["streams"]) {
    stream_bits += stream["depth"].get<double>() * stream["word_bits"].get<double>();
  }
  EXPECT_EQ(results.number(9, "dsps"), dsps);
  EXPECT_EQ(results.number(9, "stream_bits"), stream_bits);
}

TEST_F(SweepTest, IsTheSameForAnyNumberOfJobsAndShares) {
  ASSERT_EQ(sweep("mixed.yaml", "one", {"--jobs", "1"}).exit_code, 0);
  const std::map<std::string, std::string> one = results_of(file("one"));
  EXPECT_EQ(one.size(), 1 + 4);
  for (const char* jobs : {"2", "7"}) {
    ASSERT_EQ(sweep("mixed.yaml", fmt::format("jobs{}", jobs), {"--jobs", jobs}).exit_code, 0);
    EXPECT_EQ(results_of(file(fmt::format("jobs{}", jobs))), one);
  }
  for (const char* share : {"2/3", "3/3", "1/3"}) {
    EXPECT_EQ(sweep("mixed.yaml", "shares", {"--share", share, "--resume"}).exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(file("shares/results.csv")));
  }
  EXPECT_EQ(lines_in(file("shares/rows")), 16);
  EXPECT_THAT(sweep("mixed.yaml", "shares", {"--resume"}).out, HasSubstr("solved 0 points"));
  EXPECT_EQ(results_of(file("shares")), one);
}

TEST_F(SweepTest, LosesOnlyWhatRunsWhenItIsKilled) {
  ASSERT_EQ(sweep("long.yaml", "whole").exit_code, 0);
  RunningProgram running(MILLRACE_PROGRAM, arguments("long.yaml", "killed", {"--jobs", "1"}));
  wait_for_rows(file("killed"), 20);
  kill(running.process(), SIGKILL);
  running.wait();
  kill(worker_of(file("killed")), SIGKILL);
  const std::size_t kept = rows_at_rest(file("killed"));
  EXPECT_GE(kept, 20);
  EXPECT_LT(kept, 600);
  EXPECT_FALSE(std::filesystem::exists(file("killed/results.csv")));
  const Finished resumed = sweep("long.yaml", "killed", {"--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(resumed.out, HasSubstr(fmt::format("solved {} points", 600 - kept)));
  EXPECT_EQ(results_of(file("killed")), results_of(file("whole")));
}

TEST_F(SweepTest, SaysThatAWorkerWasKilled) {
  RunningProgram running(MILLRACE_PROGRAM, arguments("long.yaml", "out", {"--jobs", "1"}));
  wait_for_rows(file("out"), 5);
  kill(worker_of(file("out")), SIGKILL);
  const Finished run = running.wait();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr(" of 600 points are missing, as a worker was ended by signal 9 (Killed); --resume "
                                 "solves them"));
}

TEST_F(SweepTest, KeepsWhatIsDoneWhenItIsInterrupted) {
  RunningProgram running(MILLRACE_PROGRAM, arguments("long.yaml", "out"));
  wait_for_rows(file("out"), 5);
  kill(running.process(), SIGINT);
  const Finished run = running.wait();
  EXPECT_EQ(run.exit_code, 130);
  const std::size_t kept = lines_in(file("out/rows"));
  EXPECT_THAT(run.err,
              HasSubstr(fmt::format("millrace: interrupted; {} of 600 points are kept, and --resume solves the "
                                    "others\n",
                                    kept)));
  EXPECT_THAT(sweep("long.yaml", "out", {"--resume"}).out, HasSubstr(fmt::format("solved {} points", 600 - kept)));
}

TEST_F(SweepTest, LeavesOutATornRow) {
  ASSERT_EQ(sweep("mixed.yaml", "out").exit_code, 0);
  const std::map<std::string, std::string> whole = results_of(file("out"));
  const std::filesystem::path rows = std::filesystem::directory_iterator(file("out/rows"))->path();
  const std::string text = read_file(rows);
  // The last row, cut off anywhere.
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  for (const std::size_t size : {last + 1, (last + text.size()) / 2, text.size() - 2}) {
    test::write_text(rows, text.substr(0, size));
    std::filesystem::remove(file("out/results.csv"));
    test::write_text(file("out/points/0010.json.part123"), "{");
    EXPECT_THAT(sweep("mixed.yaml", "out", {"--resume"}).out, HasSubstr("solved 1 points"));
    EXPECT_EQ(results_of(file("out")), whole);
    for (const auto& other : std::filesystem::directory_iterator(file("out/rows"))) {
      if (other.path() != rows) {
        const std::string one = read_file(other.path());
        if (std::ranges::count(one, '\n') == 1) {
          std::filesystem::remove(other.path());
        }
      }
    }
  }
}

TEST_F(SweepTest, GoesOnWithTheSameStudyOnly) {
  ASSERT_EQ(sweep("mixed.yaml", "out").exit_code, 0);
  expect_refusal(arguments("mixed.yaml", "out"), file("out") + ": is not empty; --resume goes on with the sweep in it");
  expect_refusal(arguments("long.yaml", "out", {"--resume"}),
                 file("out") + ": holds a sweep of another study; resume it with what it was begun with (" +
                     file("out") + "/study.yaml is its study), or name another --out");
  std::filesystem::create_directory(file("other"));
  test::write_text(file("other/x"), "x");
  expect_refusal(arguments("mixed.yaml", "other", {"--resume"}), file("other") + ": holds no sweep");
  expect_refusal(arguments("mixed.yaml", "a.yaml", {"--resume"}),
                 file("a.yaml") + ": is a file; --out names the folder");
  test::write_text(file("a.yaml"), "trace: t.safetensors\ndefaults: {queue: 3}\n");
  expect_refusal(arguments("mixed.yaml", "out", {"--resume"}), file("out") + ": holds a sweep of another accelerator");
}

TEST_F(SweepTest, NoticesAnotherTrace) {
  ASSERT_EQ(sweep("mixed.yaml", "out").exit_code, 0);
  test::RandomTrace(test::residual_network(), kImages, 6).write(file("t.safetensors"));
  expect_refusal(arguments("mixed.yaml", "out", {"--resume"}), file("out") + ": holds a sweep of other traces");
}

TEST_F(SweepTest, MarksTheFront) {
  ASSERT_EQ(sweep("mixed.yaml", "out", {"--pareto", "interval,memory_bits"}).exit_code, 0);
  const CsvTable results = table("out");
  std::size_t front = 0;
  for (std::size_t row = 0; row < results.rows(); ++row) {
    SCOPED_TRACE(row);
    bool is_beaten = results.at(row, "status") != "ok";
    for (std::size_t other = 0; !is_beaten && other < results.rows(); ++other) {
      is_beaten = results.at(other, "status") == "ok" &&
                  results.number(other, "interval") <= results.number(row, "interval") &&
                  results.number(other, "memory_bits") <= results.number(row, "memory_bits") &&
                  (results.number(other, "interval") < results.number(row, "interval") ||
                   results.number(other, "memory_bits") < results.number(row, "memory_bits"));
    }
    EXPECT_EQ(results.at(row, "pareto"), is_beaten ? "no" : "yes");
    front += is_beaten ? 0 : 1;
  }
  EXPECT_GT(front, 0);
  EXPECT_LT(front, 4);
  EXPECT_EQ(sweep("mixed.yaml", "out", {"--resume", "--pareto", "images_per_second"}).exit_code, 0);
  EXPECT_NE(table("out").at(9, "pareto") + table("out").at(11, "pareto"), "nono") << "more is better";
}

TEST_F(SweepTest, RefusesWhatItCannotDo) {
  expect_refusal({"sweep", file("mixed.yaml")}, "--out is missing; name the folder for the results");
  expect_refusal(arguments("mixed.yaml", "out", {"--jobs", "0"}), "--jobs 0: legal are 1 to 1024");
  expect_refusal(arguments("mixed.yaml", "out", {"--share", "4/3"}), "--share 4/3: must be I/N");
  expect_refusal(arguments("mixed.yaml", "out", {"--pareto", "bottleneck"}),
                 "--pareto 'bottleneck' is no column with a better end; legal are cycles, interval");
  test::write_text(file("named.yaml"), "accelerator: a.yaml\naxes: [{set: depth, name: cycles, values: [2]}]\n");
  expect_refusal(arguments("named.yaml", "new"), "named.yaml:2:14: a column 'cycles' is in the results anyway");
  test::write_text(file("images.yaml"), "accelerator: a.yaml\nimages: 4\n");
  expect_refusal(arguments("images.yaml", "new"),
                 "images.yaml:2:9: the trace " + file("t.safetensors") + " holds 3 images");
  test::write_text(file("codes.yaml"), "accelerator: a.yaml\naxes: [{set: threshold_weights, values: [0, 4]}]\n");
  expect_refusal(arguments("codes.yaml", "new"),
                 "codes.yaml:2:14: " + file("t.safetensors") + ": has no codes for the weights");
  test::write_text(file("bare.yaml"), "accelerator: a.yaml\ntraces: [network.safetensors]\n");
  expect_refusal(arguments("bare.yaml", "new"), "holds a network without masks");
  EXPECT_FALSE(std::filesystem::exists(file("new")));
}

TEST_F(SweepTest, ThresholdsAreThoseOfAThresholdedTrace) {
  const std::filesystem::path digits = test::source_folder() / "traces/digits-resnet.safetensors";
  const traces::Trace trace = traces::Trace::open(digits);
  traces::CodeThresholds thresholds;
  for (std::size_t layer = 0; layer < trace.network().layers().size(); ++layer) {
    if (traces::has_weights(trace.network().layers()[layer])) {
      thresholds.activations[trace.network().layers()[layer].inputs.front().index] = 6;
      thresholds.weights[layer] = 9;
    }
  }
  traces::write_thresholded(trace, thresholds, 3, file("z.safetensors"));
  const std::string accelerator = test::source_folder() / "workloads/digits/resnet.yaml";
  ASSERT_EQ(millrace({"run", accelerator, "--trace", file("z.safetensors"), "--json", file("z.json"), "--no-speed"})
                .exit_code,
            0);
  test::write_text(file("digits.yaml"), "accelerator: " + accelerator + R"(
images: 3
axes:
  - {set: threshold_activations, values: [0, 6]}
  - {set: threshold_weights, values: [0, 9]}
)");
  const Finished run = sweep("digits.yaml", "out");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const CsvTable results = table("out");
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(results.at(row, "thresholds"), row == 0 ? "" : "first order");
  }
  for (std::size_t row : {1, 2}) {
    EXPECT_LT(results.number(row, "macs_done"), results.number(0, "macs_done"));
    EXPECT_LT(results.number(3, "macs_done"), results.number(row, "macs_done"));
  }
  nlohmann::json point = json("out/points/0004.json");
  EXPECT_EQ(point["thresholds"]["order"], "first");
  EXPECT_EQ(point["thresholds"]["weights"].size(), thresholds.weights.size());
  EXPECT_EQ(point["thresholds"]["activations"].size(), thresholds.activations.size());
  EXPECT_EQ(point["trace"]["hash"], trace.hash());
  point.erase("thresholds");
  nlohmann::json expected = json("z.json");
  expected["trace"] = point["trace"];
  EXPECT_EQ(point, expected);
  // Of the masks that were written nothing is left.
  for (const auto& entry : std::filesystem::directory_iterator(file("out"))) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith(".")));
  }
}

TEST_F(SweepTest, WritesScriptsWhereThereIsNoSlurm) {
  const Finished run = test::run_program("/usr/bin/env", [&] {
    std::vector<std::string> words = {"PATH=" + file("nowhere"), MILLRACE_PROGRAM};
    const std::vector<std::string> more = arguments("mixed.yaml", "out", {"--slurm", "--array", "2"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }());
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err,
              HasSubstr("--slurm: there is no 'sbatch' here (Debian: slurm-client). The scripts are written: on "
                        "a machine that has it, run 'sbatch " +
                        file("out") + "/slurm/array.sbatch'"));
  EXPECT_TRUE(std::filesystem::exists(file("out/slurm/merge.sbatch")));
}

TEST_F(SweepTest, SubmitsAnArrayAndAMergeBehindIt) {
  ASSERT_EQ(sweep("mixed.yaml", "whole", {"--pareto", "interval"}).exit_code, 0);
  // Stands for Slurm: notes what it was asked, and runs the tasks at once.
  const std::string sbatch = file("bin/sbatch");
  std::filesystem::create_directory(file("bin"));
  test::write_text(sbatch, fmt::format(R"(#!/bin/sh
echo "$@" >> '{0}/calls'
for last; do :; done
for task in 1 2 3; do
  SLURM_ARRAY_TASK_ID=$task sh "$last" >> '{0}/log' 2>&1 || exit 1
  case "$last" in *merge*) break ;; esac
done
echo 12
)",
                                       file("bin")));
  std::filesystem::permissions(sbatch, std::filesystem::perms::owner_all);
  const Finished run = test::run_program("/usr/bin/env", [&] {
    std::vector<std::string> words = {"PATH=" + file("bin") + ":/usr/bin:/bin", MILLRACE_PROGRAM};
    const std::vector<std::string> more =
        arguments("mixed.yaml", "it's out", {"--slurm", "--array", "3", "--partition", "fast", "--pareto", "interval"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "submitted job 12 (3 tasks) and, behind it, job 12\n" + file("it's out") +
                         "/results.csv is there when both have ended\n");
  EXPECT_EQ(
      read_file(file("bin/calls")),
      fmt::format("--parsable {0}/slurm/array.sbatch\n--parsable --dependency=afterany:12 {0}/slurm/merge.sbatch\n",
                  file("it's out")));
  const std::string script = read_file(file("it's out/slurm/array.sbatch"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --array=1-3\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --partition='fast'\n"));
  EXPECT_THAT(read_file(file("bin/log")), HasSubstr("solved 0 points")) << "the merge found all of them";
  EXPECT_EQ(results_of(file("it's out")), results_of(file("whole")));
}

}  // namespace
}  // namespace millrace::sim
