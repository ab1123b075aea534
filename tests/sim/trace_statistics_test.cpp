// The histograms of an engine must give, lane by lane, the very cycles that its units work in all images together.
#include "sim/analytical/trace_statistics.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "sim/analytical/dot_cycles.hpp"
#include "sim/work/mask_work.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/expected_work.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::sim::analytical {
namespace {

using namespace test;

constexpr std::int64_t kImages = 2;

/// Of all units of a lane, in all images.
std::vector<double> worked_cycles(const DotEngine& engine, const traces::Trace& trace) {
  const auto lanes = static_cast<std::size_t>(engine.folding.coarse_in * engine.folding.coarse_group);
  const auto outs = static_cast<std::size_t>(engine.folding.coarse_out);
  const std::unique_ptr<MaskWork> work = MaskWork::make(engine, trace, Images{kImages}, best_simd_level());
  std::vector<double> cycles(lanes);
  const std::vector<UnitWork> all = all_bands(*work);
  for (std::size_t unit = 0; unit < all.size(); ++unit) {
    cycles[unit / outs % lanes] += all[unit];
  }
  return cycles;
}

std::vector<double> predicted_cycles(const DotEngine& engine, const EngineStatistics& statistics) {
  const auto lanes = static_cast<std::size_t>(engine.folding.coarse_in * engine.folding.coarse_group);
  const std::int64_t pixels = engine.window.out_height() * engine.window.out_width() * kImages;
  const std::int64_t filters = engine.filters / engine.groups;
  const auto dots = static_cast<double>(pixels * filters);
  std::vector<double> cycles(lanes);
  for (std::size_t block = 0; block < statistics.blocks.size(); ++block) {
    cycles[block % lanes] += dots * mean_dot_cycles(statistics.blocks[block], {engine.folding.macs});
  }
  return cycles;
}

void expect_the_work(const traces::Network& network, const std::string& yaml) {
  const TemporaryFolder folder;
  RandomTrace(network, kImages, 7, 0.4).write(folder / "t.safetensors");
  const traces::Trace trace = traces::Trace::open(folder / "t.safetensors");
  const Plan plan = plan_of(yaml, network);
  for (const PlannedModule& module : plan.modules) {
    const auto* engine = std::get_if<DotEngine>(&module.parameters);
    if (engine == nullptr) {
      continue;
    }
    SCOPED_TRACE(module.name + " of " + yaml);
    const EngineStatistics statistics = statistics_of(*engine, trace);
    ASSERT_EQ(std::ssize(statistics.blocks), engine->channels / engine->folding.group_channels);
    const std::vector<double> worked = worked_cycles(*engine, trace);
    const std::vector<double> predicted = predicted_cycles(*engine, statistics);
    ASSERT_EQ(worked.size(), predicted.size());
    for (std::size_t lane = 0; lane < worked.size(); ++lane) {
      EXPECT_NEAR(predicted[lane], worked[lane], 1e-9 * worked[lane]) << "lane " << lane;
    }
  }
}

TEST(TraceStatistics, GiveTheWorkOfEveryLane) {
  for (const char* unit : {"skip_weights", "skip_activations", "skip_both"}) {
    const std::string defaults = std::string("defaults: {unit: ") + unit + "}\nlayers: ";
    expect_the_work(chain_network(), defaults +
                                         "{conv1: {coarse_in: 2, macs: 2}, conv2: {coarse_in: 4, coarse_out: 3, "
                                         "macs: 4}, fc: {macs: 3}}");
    expect_the_work(grouped_network(),
                    defaults +
                        "{depthwise: {coarse_group: 4, macs: 2}, grouped: {coarse_in: 2, coarse_out: 2, macs: 3}, "
                        "pointwise: {group_channels: 4, macs: 2}}");
  }
}

TEST(TraceStatistics, CountGroupsOfMoreThanNinePairs) {
  expect_the_work(chain_network(), "defaults: {group_channels: 2, macs: 2}");
  expect_the_work(grouped_network(), "defaults: {}\nlayers: {grouped: {group_channels: 4, macs: 5}}");
}

TEST(TraceStatistics, ADenseUnitNeedsNone) {
  const traces::Network network = chain_network();
  const TemporaryFolder folder;
  RandomTrace(network, kImages, 7).write(folder / "t.safetensors");
  const traces::Trace trace = traces::Trace::open(folder / "t.safetensors");
  const Plan plan = plan_of("defaults: {unit: dense}", network);
  for (const PlannedModule& module : plan.modules) {
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      EXPECT_TRUE(statistics_of(*engine, trace).blocks.empty());
    }
  }
}

}  // namespace
}  // namespace millrace::sim::analytical
