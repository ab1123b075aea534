#include "tests/sim/cli_fixture.hpp"

namespace millrace::sim {
namespace {

using test::CliTest;
using test::Finished;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

TEST_F(CliTest, ExplainsItself) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                    {"-h"},
                                                    {"run", "--help"},
                                                    {"plan", "--help"},
                                                    {"inspect", "--help"},
                                                    {"synth", "--help"},
                                                    {"fold", "--help"},
                                                    {"sweep", "--help"},
                                                    {"diff", "--help"},
                                                    {"run", "-h"}}) {
    const Finished run = millrace(arguments);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_THAT(run.out, AllOf(HasSubstr("Usage: millrace"), HasSubstr("Example:\n  millrace ")));
    EXPECT_EQ(run.err, "");
  }
  for (const char* option : {"--trace", "--images", "--json", "--no-speed", "--synchronise", "--quiet"}) {
    EXPECT_THAT(millrace({"run", "--help"}).out, HasSubstr(option));
  }
  for (const char* word : {"run", "plan", "inspect", "fold", "synth", "sweep", "diff", "capture", "Exit codes"}) {
    EXPECT_THAT(millrace({"--help"}).out, HasSubstr(word));
  }
}

TEST_F(CliTest, HandsCaptureOnOrSaysWhatItNeeds) {
  const std::filesystem::path program = std::filesystem::path(MILLRACE_PROGRAM).parent_path() / "millrace-capture";
  if (std::filesystem::exists(program)) {
    const Finished run = millrace({"capture", "--help"});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_THAT(run.out, AllOf(HasSubstr("Usage: millrace capture"), HasSubstr("Example")));
  } else {
    expect_refusal({"capture", "--help"}, "script/bootstrap --capture");
  }
}

TEST_F(CliTest, TellsItsVersion) {
  const Finished run = millrace({"--version"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, MatchesRegex("millrace [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(CliTest, ExplainsItselfWhenItHasNothingToDo) {
  const Finished run = millrace({});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("Usage: millrace"));
}

TEST_F(CliTest, RefusesWhatItDoesNotKnow) {
  expect_refusal({"fly"}, "unknown command 'fly'; legal are run, plan, check, size-fifos, inspect, ");
  expect_refusal({"--fly"}, "unknown command '--fly'");
  expect_refusal({"run", file("a.yaml"), "--fly"}, "unrecognised option '--fly'; usage: millrace run");
  expect_refusal({"plan", file("a.yaml"), "--images", "2"}, "unrecognised option '--images'; usage: millrace plan");
  expect_refusal({"run", file("a.yaml"), "--image", "2"}, "unrecognised option '--image'");
  expect_refusal({"run", file("a.yaml"), "more"}, "usage: millrace run");
  expect_refusal({"plan", file("a.yaml"), "more"}, "usage: millrace plan");
  expect_refusal({"run"}, "ACCELERATOR.yaml is missing; usage: millrace run");
  expect_refusal({"plan"}, "ACCELERATOR.yaml is missing; usage: millrace plan");
  expect_refusal({"run", file("a.yaml"), "--json"}, "--json");
  expect_refusal({"run", file("a.yaml"), "--quiet", "--quiet"}, "--quiet");
}

TEST_F(CliTest, RefusesNumbersOfImagesThatTheTraceDoesNotHave) {
  for (const char* images : {"0", "-1", "4", "99"}) {
    expect_refusal({"run", file("a.yaml"), std::string("--images=") + images},
                   std::string("--images ") + images + ": the trace ");
  }
  expect_refusal({"run", file("a.yaml"), "--images", "99"}, "t.safetensors holds 3 images; legal are 1 to 3");
  for (const char* images : {"abc", "1.5", "", "99999999999999999999"}) {
    expect_refusal({"run", file("a.yaml"), std::string("--images=") + images}, "--images");
  }
}

TEST_F(CliTest, RefusesInputsThatAreNotThere) {
  expect_refusal({"run", file("gone.yaml")}, "gone.yaml: there is no such file");
  expect_refusal({"plan", file("gone.yaml")}, "gone.yaml: there is no such file");
  expect_refusal({"run", file("a.yaml"), "--trace", file("gone.safetensors")}, "gone.safetensors");
  expect_refusal({"run", file("no_trace.yaml")}, "no_trace.yaml: names no trace; add 'trace: FILE'");
  expect_refusal({"run", file("a.yaml"), "--trace", file("a.yaml")}, "a.yaml");
  test::write_text(file("lost.yaml"), "trace: lost.safetensors\ndefaults: {}\n");
  expect_refusal({"run", file("lost.yaml")}, "lost.safetensors");
  test::write_text(file("wrong.yaml"), "trace: t.safetensors\ndefaults: {macs: 0}\n");
  expect_refusal({"run", file("wrong.yaml")}, "wrong.yaml:2:18: macs must be a whole number");
}

TEST_F(CliTest, PlansButDoesNotRunANetworkWithoutMasks) {
  EXPECT_EQ(millrace({"plan", file("no_trace.yaml"), "--trace", file("network.safetensors")}).exit_code, 0);
  expect_refusal({"run", file("no_trace.yaml"), "--trace", file("network.safetensors")},
                 "network.safetensors: holds a network without masks, enough to plan but not to run; capture a trace");
}

TEST_F(CliTest, RefusesToWriteWhereItCannot) {
  const std::size_t before = files();
  for (const char* command : {"run", "plan"}) {
    expect_refusal({command, file("a.yaml"), "--json", file("gone/result.json")},
                   "gone/result.json: cannot be written");
    expect_refusal({command, file("a.yaml"), "--json", file("")}, "cannot be written");
  }
  EXPECT_EQ(files(), before);
}

TEST_F(CliTest, ReportsADeadlock) {
  const std::size_t before = files();
  const Finished run = millrace({"run", file("stuck.yaml"), "--json", file("result.json")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("millrace: deadlock: nothing can move after cycle "));
  EXPECT_THAT(run.err, HasSubstr("the loop:\n"));
  EXPECT_THAT(run.err, HasSubstr("x.fork waits for room in 'x.fork -> add' (2 of 2 words)"));
  EXPECT_THAT(run.err, HasSubstr("smallest single change that frees it: depth "));
  EXPECT_THAT(run.err, HasSubstr(" for 'x.fork -> add', now 2"));
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace millrace::sim
