// The Python example of traces/README.md writes a trace that Millrace reads.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/traces/source_paths.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::traces {
namespace {

TEST(ReadmeExample, WritesATrace) {
  const test::TemporaryFolder folder;
  const std::string command = "cd '" + folder.path().string() + "' && /usr/bin/python3 '" +
                              (test::trace_tests_folder() / "run_readme_example.py").string() + "' '" +
                              (test::traces_folder() / "README.md").string() + "' 'Write a trace by hand'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Trace trace = Trace::open(folder / "example.safetensors");
  EXPECT_EQ(trace.network().name(), "example");
  EXPECT_EQ(trace.images().size(), 2U);
  EXPECT_TRUE(trace.has_masks());
  for (const std::size_t layer : {0U, 2U}) {
    EXPECT_GT(trace.weight_mask({layer}).outer(), 0);
  }
}

}  // namespace
}  // namespace millrace::traces
