#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/program.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/sim/source_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::HasSubstr;

/// Every figure of two images, by the host.
std::string figures(const std::string& host, const std::filesystem::path& accelerator) {
  const Finished run = run_program(MILLRACE_HOSTS_DUMP, {host, accelerator.string(), "2"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return run.out;
}

/// `stream` is the beginning of the name of one that must be there, and `lines` what must be there at least.
void expect_same_on_every_host(const std::filesystem::path& accelerator, const std::string& stream, int lines) {
  SCOPED_TRACE(accelerator.filename());
  const std::string standard = figures("systemc", accelerator);
  EXPECT_THAT(standard, HasSubstr("stream '" + stream));
  EXPECT_GT(std::count(standard.begin(), standard.end(), '\n'), lines);
  // Not EXPECT_EQ: that prints a line by line comparison of hundreds of lines, for minutes.
  for (const char* host : {"systemc_in_turns", "worklist", "worklist_in_turns", "rerun"}) {
    EXPECT_TRUE(figures(host, accelerator) == standard) << host;
  }
}

void expect_same_on_resnet20(const std::string& accelerator) {
  expect_same_on_every_host(source_folder() / "workloads" / "resnet20-cifar10" / accelerator, "/conv1/Conv -> ", 100);
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnTheSmallAccelerator) {
  expect_same_on_resnet20("small.yaml");
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnTheBalancedAccelerator) {
  expect_same_on_resnet20("balanced.yaml");
}

TEST(Hosts, GiveTheSameEdgesAndAccountsWhereStreamsAreFull) {
  expect_same_on_resnet20("starved-fifo.yaml");
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnConcatsPoolsAndPointwiseSteps) {
  const TemporaryFolder folder;
  const auto expect_same = [&](const traces::Network& network, const std::string& stream) {
    RandomTrace(network, 2, 11).write(folder / "t.safetensors");
    write_text(folder / "a.yaml", "trace: t.safetensors\ndefaults: {}\n");
    expect_same_on_every_host(folder / "a.yaml", stream, 20);
  };
  expect_same(fire_network(), "concat -> ");
  expect_same(inception_network(), "x.fork -> concat");
  expect_same(preactivation_network(), "act -> conv2.window");
}

/// Images that are through are what they would be in the whole run.
TEST(Hosts, KeepTheImagesThatAreThroughWhenStopped) {
  const std::string accelerator = source_folder() / "workloads" / "digits" / "resnet.yaml";
  constexpr const char* kImages = "24";
  const Finished stopped = run_program(MILLRACE_HOSTS_DUMP, {"stopped", accelerator, kImages});
  ASSERT_EQ(stopped.exit_code, 0) << stopped.err;
  EXPECT_GE(std::count(stopped.out.begin(), stopped.out.end(), '\n'), 2);
  const Finished whole = run_program(MILLRACE_HOSTS_DUMP, {"systemc", accelerator, kImages});
  EXPECT_THAT(whole.out, HasSubstr("\n" + stopped.out + "image"));
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnTheDigits) {
  for (const char* accelerator : {"resnet.yaml", "mobilenet.yaml"}) {
    expect_same_on_every_host(source_folder() / "workloads" / "digits" / accelerator, "", 50);
  }
}

}  // namespace
}  // namespace millrace::sim
