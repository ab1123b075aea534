#include "sim/analytical/plan_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/analytical/dot_cycles.hpp"
#include "sim/analytical/mended_model.hpp"
#include "sim/analytical/published_model.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"

namespace millrace::sim::analytical {
namespace {

using namespace test;
using testing::ElementsAre;

EngineStatistics equal_blocks(const DotEngine& engine, const ZeroHistogram& histogram) {
  const std::int64_t blocks = engine.channels / engine.folding.group_channels;
  return {std::vector<ZeroHistogram>(static_cast<std::size_t>(blocks), histogram)};
}

/// Every group of every engine has one zero.
PipelineGraph one_zero_a_group(const Plan& plan, const LayerModel& model) {
  return pipeline_graph(plan, model, [&](const DotEngine& engine) {
    return histogram_form(model, engine, equal_blocks(engine, ZeroHistogram::exactly(engine.group_pairs(), 1)));
  });
}

const StageEstimate& stage_of(const PipelineGraph& graph, const std::string& name) {
  for (const Stage& stage : graph.stages()) {
    if (stage.name == name) {
      return stage.estimate;
    }
  }
  throw std::out_of_range("no stage '" + name + "'");
}

std::vector<std::string> stage_names(const PipelineGraph& graph) {
  std::vector<std::string> names;
  for (const Stage& stage : graph.stages()) {
    names.push_back(stage.name);
  }
  return names;
}

TEST(PlanModel, TakesAnEngineAndItsWindowAsOneStage) {
  const Plan plan = plan_of("defaults: {group_channels: 1}", chain_network());
  const PipelineGraph graph = one_zero_a_group(plan, MendedModel{});
  EXPECT_THAT(stage_names(graph), ElementsAre("conv1", "conv2", "fc"));
  EXPECT_THAT(graph.links(), ElementsAre(Link{0, 1}, Link{1, 2}));
}

TEST(PlanModel, WordsOfStagesAreThoseOfTheStreams) {
  const Plan plan =
      plan_of("defaults: {group_channels: 1}\nlayers: {conv2: {coarse_in: 4, coarse_out: 3}}", chain_network());
  const PipelineGraph graph = one_zero_a_group(plan, MendedModel{});
  EXPECT_EQ(stage_of(graph, "conv1").words_in, stream(plan, "dma_reader -> conv1.window").words);
  EXPECT_EQ(stage_of(graph, "conv1").words_out, stream(plan, "conv1 -> conv2.rebundle").words);
  EXPECT_EQ(stage_of(graph, "conv2.rebundle").words_out, stream(plan, "conv2.rebundle -> conv2.window").words);
  EXPECT_EQ(stage_of(graph, "conv2").words_in, stage_of(graph, "conv2.rebundle").words_out);
  EXPECT_EQ(stage_of(graph, "conv2.rebundle").cycles, 384);
  EXPECT_DOUBLE_EQ(stage_of(graph, "conv2.rebundle").rate_out.value(), 0.25);
}

TEST(PlanModel, KeepsForksAndJoins) {
  const Plan plan = plan_of("defaults: {group_channels: 1}", residual_network());
  const PipelineGraph graph = one_zero_a_group(plan, MendedModel{});
  const std::vector<BranchFifo> fifos = branch_fifos(graph);
  ASSERT_EQ(fifos.size(), 2U);
  for (const BranchFifo& fifo : fifos) {
    EXPECT_EQ(graph.stages()[fifo.link.to].name, "add");
    const bool is_shortcut = graph.stages()[fifo.link.from].name == "x.fork";
    EXPECT_EQ(fifo.words > 64, is_shortcut);
  }
  EXPECT_EQ(stage_of(graph, "pool").cycles, 6 * 7 * 4);
  EXPECT_EQ(stage_of(one_zero_a_group(plan, PublishedModel{}), "pool").cycles, 4);
}

TEST(PlanModel, UnitsDecideWhichFormulaCounts) {
  const Plan plan = plan_of("defaults: {group_channels: 1}\nlayers: {conv1: {unit: dense, macs: 4}, conv2: {macs: 4}}",
                            chain_network());
  const MendedModel model;
  const auto& dense = std::get<DotEngine>(module(plan, "conv1").parameters);
  EXPECT_EQ(histogram_form(model, dense, {}).stage.cycles, 8 * 6 * 4 * 8 * 3);
  EXPECT_EQ(mean_form(model, dense, {}).stage.cycles, 8 * 6 * 4 * 8 * 3);
  const auto& sparse = std::get<DotEngine>(module(plan, "conv2").parameters);
  const ZeroHistogram uneven =
      ZeroHistogram::mean_of(std::vector<ZeroHistogram>{ZeroHistogram::exactly(9, 0), ZeroHistogram::exactly(9, 8)});
  const std::int64_t dots = std::int64_t{4} * 3 * 8 * 12;
  EXPECT_EQ(histogram_form(model, sparse, equal_blocks(sparse, uneven)).stage.cycles, dots * 2);
  EXPECT_EQ(mean_form(model, sparse, equal_blocks(sparse, ZeroHistogram::exactly(9, 5))).stage.cycles, dots);
  EXPECT_THROW(histogram_form(model, sparse, {}), std::invalid_argument);
  EXPECT_THROW(mean_form(model, sparse, {}), std::invalid_argument);
}

TEST(PlanModel, SlowestLaneCounts) {
  const Plan plan = plan_of("defaults: {group_channels: 1}\nlayers: {conv2: {coarse_in: 4}}", chain_network());
  const auto& engine = std::get<DotEngine>(module(plan, "conv2").parameters);
  EngineStatistics statistics = equal_blocks(engine, ZeroHistogram::exactly(9, 8));
  // Eight channels on four lanes: channels 1 and 5 are on one.
  statistics.blocks[1] = ZeroHistogram::exactly(9, 2);
  statistics.blocks[5] = ZeroHistogram::exactly(9, 4);
  EXPECT_EQ(histogram_form(MendedModel{}, engine, statistics).stage.cycles, 4 * 3 * 2 * 12 * 6);
}

TEST(PlanModel, EmptyGroupsAreFreeWhereTheUnitSaysSo) {
  const auto cycles = [](const char* yaml) {
    const Plan plan = plan_of(yaml, chain_network());
    const auto& engine = std::get<DotEngine>(module(plan, "conv1").parameters);
    return histogram_form(MendedModel{}, engine, equal_blocks(engine, ZeroHistogram::exactly(9, 9))).stage.cycles;
  };
  EXPECT_EQ(cycles("defaults: {group_channels: 1}"), 8 * 6 * 4 * 8);
  EXPECT_EQ(cycles("defaults: {group_channels: 1, skip_empty_groups: true, coarse_out: 2}"), 10 * 8 * 4);
}

/// As many cycles for every window as all its filters take with one zero a group.
class EqualWork final : public WorkSource {
 public:
  explicit EqualWork(const DotEngine& engine)
      : window_(static_cast<std::size_t>(engine.array.units),
                static_cast<UnitWork>(engine.array.words_per_accumulation *
                                      dot_cycles(engine.group_pairs() - 1, {engine.folding.macs}))) {}
  WorkBand next_band() override { return window_; }

 private:
  std::vector<UnitWork> window_;
};

class EqualWorks {
 public:
  WorkSource& of(const DotEngine& engine) { return *sources_.emplace_back(std::make_unique<EqualWork>(engine)); }

 private:
  std::vector<std::unique_ptr<WorkSource>> sources_;
};

double simulated_interval(const Plan& plan) {
  EqualWorks works;
  ImageLog log;
  WorklistPipeline pipeline(
      plan, {Images{4}, [&](const DotEngine& engine) -> WorkSource& { return works.of(engine); }, &log});
  EXPECT_TRUE(pipeline.run(Pace::kRunAhead));
  const std::vector<ImageResult>& images = log.images();
  return static_cast<double>((images.back().last_out - images.front().last_out).count()) /
         static_cast<double>(images.size() - 1);
}

TEST(PlanModel, PredictsTheIntervalOfEqualGroupsBehindDeepStreams) {
  for (const char* layers :
       {"{conv1: {macs: 3}, conv2: {macs: 2}}", "{conv1: {macs: 8, coarse_out: 8}, conv2: {macs: 1}}",
        "{conv1: {coarse_in: 2, coarse_out: 2}, conv2: {coarse_in: 2, coarse_out: 2}}"}) {
    SCOPED_TRACE(layers);
    const Plan plan = plan_of(std::string("defaults: {group_channels: 1, queue: 400, depth: 400}\nlayers: ") + layers,
                              chain_network());
    EXPECT_DOUBLE_EQ(simulated_interval(plan), static_cast<double>(interval(one_zero_a_group(plan, MendedModel{}))));
  }
}

}  // namespace
}  // namespace millrace::sim::analytical
