#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/program.hpp"
#include "tests/sim/source_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::HasSubstr;

/// Every figure of a shipped workload on two images, by the host.
std::string figures(const std::string& host, const std::string& accelerator) {
  const Finished run =
      run_program(MILLRACE_HOSTS_DUMP, {host, (source_folder() / "workloads" / accelerator).string(), "2"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return run.out;
}

void expect_same_on_every_host(const std::string& accelerator) {
  SCOPED_TRACE(accelerator);
  const std::string standard = figures("systemc", accelerator);
  EXPECT_THAT(standard, HasSubstr("Conv -> "));
  EXPECT_GT(std::count(standard.begin(), standard.end(), '\n'), 100);
  // Not EXPECT_EQ: that prints a line by line comparison of hundreds of lines, for minutes.
  for (const char* host : {"systemc_in_turns", "worklist", "worklist_in_turns"}) {
    EXPECT_TRUE(figures(host, accelerator) == standard) << host;
  }
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnTheSmallAccelerator) {
  expect_same_on_every_host("resnet20-cifar10/small.yaml");
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnTheBalancedAccelerator) {
  expect_same_on_every_host("resnet20-cifar10/balanced.yaml");
}

TEST(Hosts, GiveTheSameEdgesAndAccountsWhereStreamsAreFull) {
  expect_same_on_every_host("resnet20-cifar10/starved-fifo.yaml");
}

TEST(Hosts, GiveTheSameEdgesAndAccountsOnTheDigits) {
  expect_same_on_every_host("digits/resnet.yaml");
  expect_same_on_every_host("digits/mobilenet.yaml");
}

}  // namespace
}  // namespace millrace::sim
