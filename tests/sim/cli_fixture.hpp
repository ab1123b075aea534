// A folder with a small network's trace and accelerators for it, and the program to run on them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/program.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::test {

class CliTest : public testing::Test {
 protected:
  static constexpr int kImages = 3;

  CliTest() {
    RandomTrace(residual_network(), kImages, 5).write(folder_ / "t.safetensors");
    RandomTrace(residual_network(), 0, 5).write(folder_ / "network.safetensors");
    write_text(folder_ / "a.yaml", "trace: t.safetensors\ndefaults: {}\n");
    write_text(folder_ / "no_trace.yaml", "defaults: {}\n");
    write_text(folder_ / "stuck.yaml", "trace: t.safetensors\ndefaults: {}\nstreams: {x.fork -> add: 2}\n");
  }

  static Finished millrace(const std::vector<std::string>& arguments) {
    return run_program(MILLRACE_PROGRAM, arguments);
  }
  std::string file(const std::string& name) const { return folder_ / name; }
  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(read_file(folder_ / name)); }
  std::size_t files() const {
    const std::filesystem::directory_iterator all(folder_.path());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  /// Exit code 2, nothing on stdout, and one line on stderr that says so.
  static void expect_refusal(const std::vector<std::string>& arguments, const std::string& message) {
    const Finished run = millrace(arguments);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, testing::StartsWith("millrace: error: "));
    EXPECT_THAT(run.err, testing::HasSubstr(message));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace millrace::test
