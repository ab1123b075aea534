// What must not change a result: the SIMD level and the number of threads, on the shipped workloads.
#include <gtest/gtest.h>

#include "modules/simd/level.hpp"
#include "tests/sim/program.hpp"
#include "tests/sim/source_folder.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

std::string results(const std::filesystem::path& accelerator, const std::vector<std::string>& options) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments{"run",    accelerator.string(), "--images", "2", "--no-speed",
                                     "--json", folder / "r.json",    "--quiet"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Finished run = run_program(MILLRACE_PROGRAM, arguments);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return read_file(folder / "r.json");
}

TEST(SameResults, AtEveryLevelWithAnyNumberOfThreads) {
  for (const char* name : {"digits/resnet.yaml", "digits/mobilenet.yaml", "resnet20-cifar10/small.yaml",
                           "resnet20-cifar10/balanced.yaml", "resnet20-cifar10/starved-fifo.yaml"}) {
    const std::filesystem::path accelerator = source_folder() / "workloads" / name;
    const std::string standard = results(accelerator, {"--simd", "portable", "--threads", "1"});
    ASSERT_GT(standard.size(), 1000U);
    // Not EXPECT_EQ: that prints a line by line comparison of thousands of lines.
    for (const SimdLevel level : simd_levels()) {
      EXPECT_TRUE(results(accelerator, {"--simd", name_of(level), "--threads", "5"}) == standard)
          << name << ", " << name_of(level);
    }
    EXPECT_TRUE(results(accelerator, {"--threads", "2"}) == standard) << name << ", 2 threads";
    EXPECT_TRUE(results(accelerator, {}) == standard) << name;
  }
}

}  // namespace
}  // namespace millrace::sim
