// Where the default model parts from the published one: each row of the list in published_model.hpp.
#include "sim/analytical/mended_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "sim/analytical/published_model.hpp"

namespace millrace::test {
namespace {

using namespace sim;
using namespace sim::analytical;

const MendedModel kMended;
const PublishedModel kPublished;

FoldedLayer square(std::int64_t rows, std::int64_t channels, std::int64_t filters, Folding folding) {
  return {{{rows, rows, 3, 1, 1, 1, 1, 1}, channels, filters, 1}, folding};
}

SparseLanes lanes_of(const FoldedLayer& layer, const ZeroHistogram& histogram, EmptyGroups empty = EmptyGroups::kFree) {
  const std::int64_t units = layer.folding.coarse_in * layer.folding.coarse_group;
  return {std::vector<ZeroHistogram>(static_cast<std::size_t>(units), histogram), empty};
}

const ModuleEstimate& module_of(const LayerEstimate& estimate, std::string_view name) {
  return *std::find_if(estimate.modules.begin(), estimate.modules.end(),
                       [&](const ModuleEstimate& module) { return module.name == name; });
}

TEST(MendedModel, AgreesWhereTheUnitsAreTheBottleneck) {
  const FoldedLayer layer = square(28, 32, 32, {4, 4, 1, 1, 4});
  const SparseLanes lanes = lanes_of(layer, ZeroHistogram::binomial(9, 0.5));
  EXPECT_EQ(kMended.sparse(layer, lanes).stage.cycles, 75264);
  EXPECT_EQ(kPublished.sparse(layer, lanes).stage.cycles, 75264);
  EXPECT_DOUBLE_EQ(kMended.sparse(layer, lanes).stage.rate_in, 6272.0 / 75264.0);
  EXPECT_DOUBLE_EQ(*kMended.sparse(layer, lanes).stage.rate_out, 6272.0 / 75264.0);
}

TEST(MendedModel, WalksTheWholePaddedMapWhateverItsSides) {
  FoldedLayer wide = square(8, 4, 4, {4, 4, 1, 1, 9});
  wide.window.width = 20;
  const SparseLanes nothing = lanes_of(wide, ZeroHistogram::exactly(9, 9));
  EXPECT_EQ(kMended.sparse(wide, nothing).stage.cycles, 10 * 22);
  EXPECT_EQ(kPublished.sparse(wide, nothing).stage.cycles, 8 * 8);
}

TEST(MendedModel, HandsOnOneWordALaneAndCycle) {
  FoldedLayer wide = square(8, 4, 64, {4, 1, 1, 1, 9});
  wide.window.width = 20;
  const SparseLanes nothing = lanes_of(wide, ZeroHistogram::exactly(9, 9));
  EXPECT_EQ(kMended.sparse(wide, nothing).stage.cycles, 8 * 20 * 64);
  EXPECT_EQ(kPublished.sparse(wide, nothing).stage.cycles, 8 * 8 * 64);
}

TEST(MendedModel, HasRatesForEmptyGroups) {
  const FoldedLayer layer = square(14, 16, 16, {2, 2, 1, 1, 2});
  const SparseLanes nothing = lanes_of(layer, ZeroHistogram::exactly(9, 9));
  const StageEstimate stage = kMended.sparse(layer, nothing).stage;
  EXPECT_EQ(stage.cycles, 16 * 16 * 8);
  EXPECT_DOUBLE_EQ(stage.rate_in, 196.0 / 256.0);
  EXPECT_DOUBLE_EQ(stage.rate_out.value(), 196.0 / 256.0);
  EXPECT_FALSE(kPublished.sparse(layer, nothing).stage.rate_out.has_value());
}

TEST(MendedModel, SharesMacsOfAPointwiseGroupAsItsHistogramSays) {
  FoldedLayer layer{{{10, 10, 1, 1, 0, 0, 0, 0}, 64, 32, 1}, {1, 1, 1, 8, 4}};
  // 100 pixels, 8 beats, 32 filters; 8 pairs on 4 MACs.
  const std::int64_t dots = std::int64_t{100} * 8 * 32;
  const SparseLanes three_left = lanes_of(layer, ZeroHistogram::exactly(8, 5));
  EXPECT_EQ(kMended.sparse(layer, three_left).stage.cycles, dots);
  EXPECT_EQ(kPublished.sparse(layer, three_left).stage.cycles, dots * 3 / 4);
  const SparseLanes one_left = lanes_of(layer, ZeroHistogram::exactly(8, 7));
  EXPECT_EQ(kPublished.sparse(layer, one_left).stage.cycles, dots / 2);
  const SparseLanes five_left = lanes_of(layer, ZeroHistogram::exactly(8, 3));
  EXPECT_EQ(kMended.sparse(layer, five_left).stage.cycles, dots * 2);
  layer.folding.macs = 8;
  EXPECT_EQ(kMended.sparse(layer, five_left).stage.cycles, dots);
}

TEST(MendedModel, DenseUnitsRoundUpInEveryGroup) {
  const FoldedLayer layer = square(10, 4, 4, {1, 1, 1, 1, 4});
  const LayerEstimate mended = kMended.dense(layer);
  EXPECT_EQ(mended.stage.cycles, 100 * 4 * 4 * 3);
  EXPECT_EQ(mended.stage.cycles, mended.most_cycles);
  EXPECT_EQ(kPublished.dense(layer).stage.cycles, 100 * 9 * 4);
  EXPECT_DOUBLE_EQ(mended.stage.rate_in, 400.0 / 4800.0);
}

TEST(MendedModel, DenseRatesKnowHowLongAGroupTakes) {
  const FoldedLayer layer = square(10, 4, 4, {1, 1, 1, 1, 3});
  EXPECT_EQ(kMended.dense(layer).stage.cycles, kPublished.dense(layer).stage.cycles);
  EXPECT_DOUBLE_EQ(kPublished.dense(layer).stage.rate_in, 1.0 / 4.0);
  EXPECT_DOUBLE_EQ(kMended.dense(layer).stage.rate_in, 1.0 / 12.0);
}

TEST(MendedModel, FillsAnAdderTree) {
  const FoldedLayer layer = square(28, 32, 32, {4, 4, 1, 1, 5});
  const SparseLanes lanes = lanes_of(layer, ZeroHistogram::binomial(9, 0.5));
  EXPECT_EQ(module_of(kMended.sparse(layer, lanes), "vector_dot").fill, 4);
  EXPECT_EQ(module_of(kPublished.sparse(layer, lanes), "vector_dot").fill, 0);
  EXPECT_EQ(module_of(kMended.dense(layer), "vector_dot").fill, 4);
  EXPECT_EQ(module_of(kPublished.dense(layer), "vector_dot").fill, 3);
  EXPECT_EQ(kMended.sparse(layer, lanes).stage.fill, kPublished.sparse(layer, lanes).stage.fill + 4);
  const FoldedLayer four_macs = square(28, 32, 32, {4, 4, 1, 1, 4});
  EXPECT_EQ(module_of(kMended.dense(four_macs), "vector_dot").fill, 3);
  EXPECT_EQ(module_of(kPublished.dense(four_macs), "vector_dot").fill, 3);
}

TEST(MendedModel, BoundsAreBounds) {
  const FoldedLayer layer = square(28, 32, 32, {4, 4, 1, 1, 4});
  const LayerEstimate free = kMended.sparse(layer, lanes_of(layer, ZeroHistogram::binomial(9, 0.8)));
  EXPECT_EQ(free.fewest_cycles, 30 * 30 * 8);
  EXPECT_EQ(free.most_cycles, 50176 * 3);
  const LayerEstimate counted =
      kMended.sparse(layer, lanes_of(layer, ZeroHistogram::binomial(9, 0.8), EmptyGroups::kOneCycle));
  EXPECT_EQ(counted.fewest_cycles, 50176);
}

TEST(MendedModel, GlueHandsOnEveryGroup) {
  const FoldedLayer depthwise{{{14, 14, 3, 1, 1, 1, 1, 1}, 96, 96, 96}, {1, 1, 8, 1, 9}};
  EXPECT_DOUBLE_EQ(module_of(kMended.dense(depthwise), "glue").cycles, 196.0 * 12.0);
  EXPECT_DOUBLE_EQ(module_of(kPublished.dense(depthwise), "glue").cycles, 196.0 * 12.0 / 8.0);
}

TEST(MendedModel, SlowestModuleSetsTheCycles) {
  const FoldedLayer layer = square(28, 32, 32, {4, 8, 1, 1, 3});
  for (const LayerEstimate& estimate :
       {kMended.dense(layer), kMended.sparse(layer, lanes_of(layer, ZeroHistogram::binomial(9, 0.5))),
        kMended.sparse(layer, lanes_of(layer, ZeroHistogram::binomial(9, 0.99)))}) {
    const auto slowest = std::max_element(
        estimate.modules.begin(), estimate.modules.end(),
        [](const ModuleEstimate& left, const ModuleEstimate& right) { return left.cycles < right.cycles; });
    EXPECT_NEAR(static_cast<double>(estimate.stage.cycles), slowest->cycles, 1.0);
  }
}

TEST(MendedModel, OtherStagesTakeAWordACycle) {
  EXPECT_DOUBLE_EQ(kMended.rebundle(100, 400).rate_in, 0.25);
  EXPECT_DOUBLE_EQ(kPublished.rebundle(100, 400).rate_in, 1.0);
  EXPECT_EQ(kMended.rebundle(100, 400).cycles, 400);
  EXPECT_EQ(kMended.global_pool(490, 10).cycles, 490);
  EXPECT_EQ(kPublished.global_pool(490, 10).cycles, 10);
  EXPECT_EQ(kMended.global_pool(490, 10).fill, 490);
  EXPECT_EQ(kPublished.global_pool(490, 10).fill, 490);
}

TEST(MeanForm, TakesTheCeilOfTheMean) {
  const FoldedLayer layer = square(28, 32, 32, {4, 4, 1, 1, 4});
  EXPECT_EQ(kMended.mean_form(layer, 0.5).stage.cycles, 50176 * 2);
  EXPECT_EQ(kPublished.mean_form(layer, 0.5).stage.cycles, 50176 * 2);
  EXPECT_EQ(kMended.mean_form(layer, 0.9).stage.cycles, 50176);
  EXPECT_EQ(kMended.mean_form(layer, 1.0).stage.cycles, 30 * 30 * 8);
  EXPECT_EQ(kMended.mean_form(layer, 0.5).fewest_cycles, 30 * 30 * 8);
  EXPECT_EQ(kMended.mean_form(layer, 0.5).most_cycles, 50176 * 3);
  EXPECT_EQ(kPublished.mean_form(layer, 1.0).stage.cycles, 28 * 28 * 8);
}

TEST(LayerModel, RefusesHistogramsOfAnotherFolding) {
  const FoldedLayer layer = square(28, 32, 32, {4, 4, 1, 1, 4});
  const SparseLanes too_few{std::vector<ZeroHistogram>(3, ZeroHistogram::exactly(9, 1)), EmptyGroups::kFree};
  const SparseLanes too_small{std::vector<ZeroHistogram>(4, ZeroHistogram::exactly(8, 1)), EmptyGroups::kFree};
  for (const LayerModel* model :
       {static_cast<const LayerModel*>(&kMended), static_cast<const LayerModel*>(&kPublished)}) {
    EXPECT_THROW(model->sparse(layer, too_few), std::invalid_argument);
    EXPECT_THROW(model->sparse(layer, too_small), std::invalid_argument);
  }
}

}  // namespace
}  // namespace millrace::test
