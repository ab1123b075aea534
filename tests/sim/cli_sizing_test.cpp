// millrace size-fifos and millrace check, as a user calls them.
#include "tests/sim/cli_fixture.hpp"

namespace millrace::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(CliTest, SizeFifosWritesAnAcceleratorThatRunsAsItSays) {
  const Finished sized = millrace({"size-fifos", file("a.yaml"), "--out", file("sized.yaml"), "--slowdown", "2%",
                                   "--json", file("sizing.json"), "--pareto", file("pareto.csv")});
  ASSERT_EQ(sized.exit_code, 0) << sized.err;
  EXPECT_THAT(sized.out, HasSubstr("proof "));
  EXPECT_THAT(sized.out, HasSubstr("solved: equal\n"));
  EXPECT_THAT(sized.out, HasSubstr("mean rule (PASS, fpgaConvNet)"));
  EXPECT_THAT(sized.out, HasSubstr("peak of the unbounded run (FINN)"));
  ASSERT_EQ(millrace({"run", file("sized.yaml"), "--json", file("run.json"), "--quiet"}).exit_code, 0);
  const nlohmann::json sizing = json("sizing.json");
  EXPECT_EQ(sizing["schema"], "millrace-sizing-1");
  EXPECT_EQ(sizing["images"], kImages);
  EXPECT_EQ(sizing["interval_cycles"], json("run.json")["interval_cycles"]);
  EXPECT_LE(sizing["slowdown"], 0.02);
  EXPECT_THAT(read_file(file("pareto.csv")), StartsWith("bits,bram18,lut_bits,words,interval_cycles,slowdown\n"));
  EXPECT_THAT(read_file(file("sized.yaml")), HasSubstr("# Stream depths by\n#   millrace size-fifos "));
}

TEST_F(CliTest, SizeFifosReportsHeldOutImages) {
  const Finished sized =
      millrace({"size-fifos", file("a.yaml"), "--out", file("sized.yaml"), "--images", "2", "--json", file("s.json")});
  ASSERT_EQ(sized.exit_code, 0) << sized.err;
  EXPECT_THAT(sized.out, HasSubstr("held out    1 images: interval "));
  EXPECT_EQ(json("s.json")["held_out"]["images"], 1);
}

TEST_F(CliTest, SizeFifosWritesTheSameBytesWithAnyNumberOfThreads) {
  for (const std::string threads : {"1", "3"}) {
    ASSERT_EQ(millrace({"size-fifos", file("a.yaml"), "--out", file("sized.yaml"), "--threads", threads, "--json",
                        file(threads + ".json"), "--quiet"})
                  .exit_code,
              0);
  }
  EXPECT_EQ(read_file(file("1.json")), read_file(file("3.json")));
}

TEST_F(CliTest, SizeFifosSaysWhenTheMemoryIsTooLittle) {
  const Finished sized =
      millrace({"size-fifos", file("a.yaml"), "--out", file("sized.yaml"), "--slowdown", "0%", "--memory", "1k"});
  EXPECT_EQ(sized.exit_code, 1) << sized.err;
  EXPECT_THAT(sized.out, HasSubstr("TOO SLOW"));
  EXPECT_THAT(read_file(file("sized.yaml")), StartsWith("# TOO SLOW"));
  EXPECT_EQ(millrace({"run", file("sized.yaml"), "--quiet"}).exit_code, 0);
}

TEST_F(CliTest, SizeFifosRefusesWhatItCannotSize) {
  expect_refusal({"size-fifos", file("a.yaml")}, "--out is missing");
  const auto refuse = [&](std::vector<std::string> options, const std::string& message) {
    std::vector<std::string> arguments = {"size-fifos", file("a.yaml"), "--out", file("sized.yaml")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    expect_refusal(arguments, message);
  };
  refuse({"--images", "1"}, "sizing needs two images at least");
  refuse({"--slowdown", "fast"}, "--slowdown fast: legal are 0% to 1000%");
  refuse({"--slowdown=-1%"}, "--slowdown -1%: legal are 0% to 1000%");
  refuse({"--objective", "luts"}, "--objective luts: is not known; legal are bits, bram, words");
  refuse({"--memory", "much"}, "--memory much: legal are numbers from 0");
  refuse({"--memory", "1"}, "--memory 1: not even the shallowest streams take so little");
  refuse({"--pin", "x.fork -> adds"}, "--pin: there is no stream 'x.fork -> adds'; did you mean 'x.fork -> add'?");
  refuse({"--pin", "x.fork -> add=0"}, "--pin x.fork -> add=0: the depth must be 1 to ");
  EXPECT_FALSE(std::filesystem::exists(file("sized.yaml")));
}

TEST_F(CliTest, SizeFifosReportsPinsThatDeadlock) {
  const Finished sized =
      millrace({"size-fifos", file("a.yaml"), "--out", file("sized.yaml"), "--pin", "x.fork -> add=2"});
  EXPECT_EQ(sized.exit_code, 1);
  EXPECT_THAT(sized.err, HasSubstr("no depths of the others help where these are pinned: deadlock"));
}

TEST_F(CliTest, SizeFifosSizesWhatDeadlocksAsItIs) {
  const Finished sized = millrace({"size-fifos", file("stuck.yaml"), "--out", file("sized.yaml")});
  ASSERT_EQ(sized.exit_code, 0) << sized.err;
  EXPECT_THAT(sized.out, HasSubstr("as it was, which deadlocks"));
  EXPECT_EQ(millrace({"run", file("sized.yaml"), "--quiet"}).exit_code, 0);
}

TEST_F(CliTest, RunVerifiesTheRemedyOfADeadlockWithRealData) {
  const Finished run = millrace({"run", file("stuck.yaml")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err,
              HasSubstr("for 'x.fork -> add', now 2 (verified: with it 3 images run to their end, with one word "
                        "less they do not)\n"));
}

TEST_F(CliTest, CheckFindsADeadlockWithoutData) {
  const Finished fine = millrace({"check", file("a.yaml")});
  EXPECT_EQ(fine.exit_code, 0) << fine.err;
  EXPECT_THAT(fine.out, HasSubstr("a.yaml: fine. "));
  for (const std::string trace : {"t.safetensors", "network.safetensors"}) {
    const Finished stuck = millrace({"check", file("stuck.yaml"), "--trace", file(trace)});
    EXPECT_EQ(stuck.exit_code, 1);
    EXPECT_THAT(stuck.err, StartsWith("millrace: deadlock, whatever the data:\n  the loop:\n"));
    EXPECT_THAT(stuck.err, HasSubstr("for 'x.fork -> add', now 2\n"));
    EXPECT_THAT(stuck.err, Not(HasSubstr("cycle")));
  }
}

TEST_F(CliTest, CheckRefusesWhatRunRefuses) {
  write_text(file("typo.yaml"), "trace: t.safetensors\ndefaults: {}\nlayers: {stam: {macs: 2}}\n");
  expect_refusal({"check", file("typo.yaml")}, "network 'residual' has no layer 'stam'; did you mean 'stem'?");
}

TEST_F(CliTest, CheckNotesWhatIsSeldomMeant) {
  write_text(file("odd.yaml"),
             "trace: network.safetensors\ndefaults: {}\nstreams: {add -> pool: 1, stem -> x.fork: 9999}\n");
  const Finished noted = millrace({"check", file("odd.yaml")});
  EXPECT_EQ(noted.exit_code, 0) << noted.err;
  EXPECT_THAT(noted.out, HasSubstr("note: 'add -> pool' has depth 1"));
  EXPECT_THAT(noted.out, HasSubstr("note: 'stem -> x.fork' has depth 9999"));
  EXPECT_THAT(noted.out, HasSubstr("is a network without masks"));
}

}  // namespace
}  // namespace millrace::test
