// One assembled pipeline, Verilated, against the product: every push and pop edge of every stream over consecutive
// images of a real trace; and changes of the plan alone, which must be noticed.
//
// Compiled once a pipeline; CMake says which.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/cli/inputs.hpp"
#include "sim/output/plan_json.hpp"
#include "tests/rtl/pipeline/model_pipeline.hpp"
#include "tests/rtl/pipeline/verilated_pipeline.hpp"
#include PIPELINE_HEADER

namespace millrace::rtl {
namespace {

/// Edges behind the model's last one, in which nothing may reach the memory any more.
constexpr std::int64_t kSilence = 64;

class Pipeline : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    inputs_ = std::make_unique<sim::Inputs>(sim::read_inputs(PIPELINE_ACCELERATOR, PIPELINE_TRACE));
    model_ = run_model_pipeline(inputs_->plan, inputs_->trace, PIPELINE_IMAGES);
    VerilatedPipeline<PIPELINE_TOP> twin(inputs_->plan.streams.size());
    twin_.resize(inputs_->plan.streams.size());
    for (std::int64_t edge = 0; edge <= model_.last_edge + kSilence; ++edge) {
      twin.step(twin_);
    }
    mismatches_ = twin.mismatches();
  }
  static void TearDownTestSuite() { inputs_.reset(); }

  /// The first difference in words; empty if there is none.
  static std::string difference(const ModelPipelineRun& model) {
    for (std::size_t stream = 0; stream < twin_.size(); ++stream) {
      const auto& name = inputs_->plan.streams[stream].name;
      for (const auto& [end, edges] : {std::pair("push", &StreamEdges::pushes), std::pair("pop", &StreamEdges::pops)}) {
        const Edges& expected = model.edges[stream].*edges;
        const Edges& seen = twin_[stream].*edges;
        const auto [have, want] = std::mismatch(expected.begin(), expected.end(), seen.begin(), seen.end());
        if (have != expected.end()) {
          return fmt::format("'{}', {} of word {}: model edge {}, twin {}", name, end, have - expected.begin(), *have,
                             want == seen.end() ? "none" : fmt::format("edge {}", *want));
        }
      }
    }
    return {};
  }

  static bool notices(const sim::Plan& mutant) {
    return !difference(run_model_pipeline(mutant, inputs_->trace, PIPELINE_IMAGES)).empty();
  }

  static std::unique_ptr<sim::Inputs> inputs_;
  static ModelPipelineRun model_;
  static std::vector<StreamEdges> twin_;
  static std::uint32_t mismatches_;
};

std::unique_ptr<sim::Inputs> Pipeline::inputs_;
ModelPipelineRun Pipeline::model_;
std::vector<StreamEdges> Pipeline::twin_;
std::uint32_t Pipeline::mismatches_;

TEST_F(Pipeline, WasGeneratedFromThisPlan) {
  std::ifstream file(PIPELINE_PLAN);
  EXPECT_EQ(nlohmann::ordered_json::parse(file), sim::plan_json(inputs_->plan));
}

TEST_F(Pipeline, EqualsTheModelOnEveryEdge) {
  EXPECT_EQ(difference(model_), "");
  std::size_t edges = 0;
  std::size_t beyond = 0;
  bool pads_channels = false;
  for (std::size_t stream = 0; stream < twin_.size(); ++stream) {
    const sim::PlannedStream& planned = inputs_->plan.streams[stream];
    ASSERT_EQ(std::ssize(model_.edges[stream].pops), PIPELINE_IMAGES * planned.words) << planned.name;
    pads_channels |= std::holds_alternative<ChannelPadParameters>(inputs_->plan.module(planned.from).parameters);
    edges += model_.edges[stream].pushes.size() + model_.edges[stream].pops.size();
    beyond += twin_[stream].pushes.size() - model_.edges[stream].pushes.size();
  }
  fmt::print(
      "rtl: pipeline {}: {} images, {} cycles, {} streams, {} edges compared, 0 differences; {} words of padding "
      "behind the last image\n",
      PIPELINE_NAME, PIPELINE_IMAGES, model_.last_edge + 1, twin_.size(), edges, beyond);
}

TEST_F(Pipeline, CarriesTheWordsOfTheTrace) {
  EXPECT_EQ(mismatches_, 0U);
}

TEST_F(Pipeline, MutationsOfDepthsAreNoticed) {
  std::size_t noticed = 0;
  for (std::size_t stream = 0; stream < twin_.size(); ++stream) {
    sim::Plan mutant = inputs_->plan;
    ++mutant.streams[stream].depth.words;
    noticed += notices(mutant) ? 1 : 0;
  }
  fmt::print("mutation: pipeline {}: depth + 1: noticed in {} of {} streams\n", PIPELINE_NAME, noticed, twin_.size());
  EXPECT_GT(noticed, 0U);
}

TEST_F(Pipeline, MutationsOfEnginesAreNoticed) {
  std::size_t tried = 0;
  std::size_t noticed = 0;
  for (std::size_t index = 0; index < inputs_->plan.modules.size(); ++index) {
    sim::Plan mutant = inputs_->plan;
    auto* engine = std::get_if<sim::DotEngine>(&mutant.modules[index].parameters);
    // A MAC more than pairs is idle.
    if (engine != nullptr && engine->folding.macs < engine->group_pairs()) {
      ++engine->folding.macs;
      ++tried;
      noticed += notices(mutant) ? 1 : 0;
    }
  }
  fmt::print("mutation: pipeline {}: macs + 1: noticed in {} of {} engines\n", PIPELINE_NAME, noticed, tried);
  EXPECT_EQ(noticed, tried);
}

TEST_F(Pipeline, MutationsOfMemoryAreNoticed) {
  sim::Plan mutant = inputs_->plan;
  mutant.memory.latency += Cycles{1};
  EXPECT_TRUE(notices(mutant));
}

}  // namespace
}  // namespace millrace::rtl
