// The accelerators that come with a network alone: it is enough to plan them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "sim/plan/planner.hpp"
#include "sim/structure/join_depths.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/source_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {
namespace {

using namespace test;

std::vector<std::string> workloads() {
  std::vector<std::string> names;
  const std::filesystem::path folder = source_folder() / "workloads";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().filename() == "network.safetensors") {
      names.push_back(entry.path().parent_path().filename());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Workloads, AreThere) {
  EXPECT_THAT(workloads(),
              testing::IsSupersetOf({"mnist", "mobilenetv1-0.25-128", "mobilenetv2-1.0-224", "resnet50v2-trunk",
                                     "resnet56-cifar10", "resnet8-cifar10", "squeezenet1.1", "vww-96"}));
}

class Workload : public testing::TestWithParam<std::string> {};

TEST_P(Workload, IsPlanned) {
  const Accelerator accelerator = Accelerator::read(source_folder() / "workloads" / GetParam() / "balanced.yaml");
  const traces::Trace trace = traces::Trace::open(accelerator.trace.value());
  EXPECT_EQ(trace.network().name(), GetParam());
  const Plan plan = complete(draft_plan(accelerator, trace.network()));
  const auto joins = std::count_if(plan.modules.begin(), plan.modules.end(),
                                   [](const PlannedModule& module) { return module.inputs.size() > 1; });
  EXPECT_GE(std::ssize(join_streams(plan)), 2 * joins);
  for (const StreamId id : join_streams(plan)) {
    EXPECT_GE(plan.stream(id).depth.words, *plan.stream(id).minimum_depth) << plan.stream(id).name;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Shipped, Workload, testing::ValuesIn(workloads()), test_name);

}  // namespace
}  // namespace millrace::sim
