#include "sim/structure/sections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/structure/token_run.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::ElementsAre;

std::vector<std::vector<std::string>> names_of(const Plan& plan) {
  std::vector<std::vector<std::string>> names;
  for (const Section& section : cut_into_sections(plan)) {
    names.emplace_back();
    for (const PlannedModule& module : section.plan.modules) {
      names.back().push_back(module.name);
    }
  }
  return names;
}

TEST(Sections, AreCutWhereASingleStreamCrosses) {
  EXPECT_THAT(names_of(plan_of("defaults: {group_channels: 1}", fire_network())),
              ElementsAre(ElementsAre("dma_reader", "sink"), ElementsAre("source", "pool.window", "sink"),
                          ElementsAre("source", "pool", "sink"), ElementsAre("source", "squeeze", "sink"),
                          ElementsAre("source", "x.fork", "expand1", "expand3.window", "expand3", "concat", "sink"),
                          ElementsAre("source", "last", "sink"), ElementsAre("source", "dma_writer")));
}

TEST(Sections, KeepStreamsInTheOrderOfThePorts) {
  const Plan plan = plan_of("defaults: {}", inception_network());
  std::size_t inner_streams = 0;
  for (const Section& section : cut_into_sections(plan)) {
    ASSERT_EQ(section.streams.size(), section.plan.streams.size());
    for (std::size_t index = 0; index < section.streams.size(); ++index) {
      const PlannedStream& whole = plan.stream(section.streams[index]);
      const PlannedStream& cut = section.plan.streams[index];
      EXPECT_EQ(cut.name, whole.name);
      EXPECT_EQ(cut.depth, whole.depth);
      inner_streams += section.plan.module(cut.from).name != "source" ? 1 : 0;
    }
    for (const PlannedModule& cut : section.plan.modules) {
      if (cut.name == "source" || cut.name == "sink") {
        continue;
      }
      const PlannedModule& whole = module(plan, cut.name);
      ASSERT_EQ(cut.inputs.size(), whole.inputs.size());
      for (std::size_t port = 0; port < cut.inputs.size(); ++port) {
        EXPECT_EQ(section.streams[cut.inputs[port].index], whole.inputs[port]) << cut.name;
      }
      ASSERT_EQ(cut.outputs.size(), whole.outputs.size());
      for (std::size_t port = 0; port < cut.outputs.size(); ++port) {
        EXPECT_EQ(section.streams[cut.outputs[port].index], whole.outputs[port]) << cut.name;
      }
    }
  }
  EXPECT_EQ(inner_streams, plan.streams.size());
}

TEST(Sections, RunAloneAsTheyDoTogether) {
  const Plan good = plan_of("defaults: {}", two_strided_shortcuts_network());
  for (const Section& section : cut_into_sections(good)) {
    EXPECT_TRUE(TokenRun(section.plan, Images{3}).run());
  }
  const Plan stuck = plan_of("defaults: {}\nstreams: {pad2 -> add2: 1}", two_strided_shortcuts_network());
  std::vector<std::string> stuck_ones;
  for (const Section& section : cut_into_sections(stuck)) {
    if (!TokenRun(section.plan, Images{3}).run()) {
      stuck_ones.push_back(section.plan.modules.at(1).name);
    }
  }
  EXPECT_THAT(stuck_ones, ElementsAre("x.fork"));
}

}  // namespace
}  // namespace millrace::sim
