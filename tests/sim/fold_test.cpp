// What folding a small network gives: legal, within the budget, balanced, and as fast as the formulas say.
#include "sim/folding/fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sim/analytical/mended_model.hpp"
#include "sim/analytical/plan_model.hpp"
#include "sim/analytical/trace_statistics.hpp"
#include "sim/folding/engine_cost.hpp"
#include "sim/output/accelerator_yaml.hpp"
#include "sim/plan/legal_foldings.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

constexpr std::int64_t kAllGroups = 1 << 20;

class FoldTest : public testing::Test {
 protected:
  traces::Trace trace(const traces::Network& network, std::size_t images = 2) const {
    RandomTrace(network, images, 7, 0.4).write(folder_ / "t.safetensors");
    return traces::Trace::open(folder_ / "t.safetensors");
  }
  FoldRequest request(std::int64_t dsps, UnitKind unit = UnitKind::kSkipBoth) const {
    FoldRequest request;
    request.out = folder_ / "a.yaml";
    request.trace = folder_ / "t.safetensors";
    request.unit = unit;
    request.clock_mhz = 250.0;
    request.budget.dsps = dsps;
    return request;
  }

  TemporaryFolder folder_;
};

std::vector<traces::Network> networks() {
  return {chain_network(), residual_network(),         grouped_network(),
          fire_network(),  strided_shortcut_network(), preactivation_network()};
}

/// The folding in an accelerator file.
std::string yaml(const std::string& layer, const Folding& folding) {
  return "defaults: {}\nlayers: {" + layer + ": {coarse_in: " + std::to_string(folding.coarse_in) +
         ", coarse_out: " + std::to_string(folding.coarse_out) +
         ", coarse_group: " + std::to_string(folding.coarse_group) +
         ", group_channels: " + std::to_string(folding.group_channels) + ", macs: " + std::to_string(folding.macs) +
         "}}\n";
}

bool is_planned(const Accelerator& accelerator, const traces::Network& network) {
  try {
    draft_plan(accelerator, network);
    return true;
  } catch (const ConfigError&) {
    return false;
  }
}

TEST(LegalFoldings, AreThoseThatThePlannerTakes) {
  const traces::Network network = grouped_network();
  for (const traces::Layer& layer : network.layers()) {
    if (!traces::has_weights(layer)) {
      continue;
    }
    std::vector<std::string> legal;
    for (const Folding& folding : LegalFoldings(dot_geometry(network, layer)).all(kAllGroups)) {
      legal.push_back(yaml(layer.name, folding));
    }
    std::vector<std::string> taken;
    Accelerator accelerator = read_yaml("defaults: {}\n");
    const auto set = [](std::int64_t value) { return Setting<std::int64_t>{value, {}}; };
    for (std::int64_t in = 1; in <= 8; in *= 2) {
      for (std::int64_t out = 1; out <= 8; out *= 2) {
        for (std::int64_t group = 1; group <= 8; group *= 2) {
          for (std::int64_t channels = 1; channels <= 8; channels *= 2) {
            for (const std::int64_t macs : {1, 2, 9, 10, 18, 19, 36, 37, 72, 73}) {
              LayerSettings& settings = accelerator.layers[layer.name];
              settings.coarse_in = set(in);
              settings.coarse_out = set(out);
              settings.coarse_group = set(group);
              settings.group_channels = set(channels);
              settings.macs = set(macs);
              if (is_planned(accelerator, network)) {
                taken.push_back(yaml(layer.name, {in, out, group, channels, macs}));
              }
            }
          }
        }
      }
    }
    accelerator.layers.clear();
    EXPECT_FALSE(taken.empty());
    EXPECT_THAT(legal, testing::IsSupersetOf(taken)) << layer.name;
    for (const std::string& text : legal) {
      EXPECT_TRUE(is_planned(read_yaml(text), network)) << text;
    }
  }
}

TEST(LegalFoldings, HaveNoUnitsThatNobodyBuilds) {
  const DotGeometry wide{{3000, 3000, 3000, 1, {}}, 1, 1, 1};
  const std::vector<Folding> all = LegalFoldings(wide).all(32);
  ASSERT_EQ(std::ssize(all), LegalFoldings::kWidestUnit);
  EXPECT_EQ(all.back().macs, LegalFoldings::kWidestUnit);
}

TEST(LegalFoldings, HaveNoWiderGroups) {
  const traces::Network network = chain_network();
  for (const traces::Layer& layer : network.layers()) {
    const LegalFoldings legal(dot_geometry(network, layer));
    for (const Folding& folding : legal.all(18)) {
      EXPECT_TRUE(folding.group_channels == 1 || legal.most_macs(folding.group_channels) <= 18) << layer.name;
    }
  }
}

/// The same engine in a plan, under the analytical model.
std::int64_t model_cycles(const std::string& text, const traces::Trace& trace, const std::string& layer) {
  const Plan plan = plan_of(text, trace.network());
  const auto& engine = std::get<DotEngine>(module(plan, layer).parameters);
  const analytical::MendedModel model;
  return analytical::histogram_form(model, engine, analytical::statistics_of(engine, trace)).stage.cycles;
}

TEST_F(FoldTest, CyclesAreThoseOfTheModel) {
  for (const traces::Network& network : {chain_network(), grouped_network()}) {
    const traces::Trace trace = this->trace(network);
    for (const UnitKind unit : {UnitKind::kDense, UnitKind::kSkipWeights, UnitKind::kSkipBoth}) {
      const std::string defaults = std::string("defaults: {unit: ") + unit_kind_name(unit) + "}\n";
      const Accelerator accelerator = read_yaml(defaults);
      for (std::size_t index = 0; index < network.layers().size(); ++index) {
        const LayerContext layer(accelerator, network, traces::LayerId{index});
        EngineCost cost(trace, layer, unit);
        const std::vector<Folding> legal = LegalFoldings(dot_geometry(network, layer.layer())).all(32);
        for (std::size_t place = 0; place < legal.size(); place += 1 + legal.size() / 40) {
          std::string text = yaml(layer.layer().name, legal[place]);
          text.replace(0, text.find('\n') + 1, defaults);
          EXPECT_EQ(static_cast<std::int64_t>(std::ceil(cost.of(legal[place]).cycles - 1e-6)),
                    model_cycles(text, trace, layer.layer().name))
              << text;
        }
      }
    }
  }
}

TEST_F(FoldTest, CyclesByHand) {
  const traces::Trace trace = this->trace(fire_network(), 0);
  const Accelerator accelerator = read_yaml("defaults: {}\n");
  for (std::size_t index = 0; index < trace.network().layers().size(); ++index) {
    const LayerContext layer(accelerator, trace.network(), traces::LayerId{index});
    const traces::MapShape& in = layer.input_shape();
    EngineCost cost(trace, layer, UnitKind::kSkipBoth);
    if (const auto* conv = std::get_if<traces::Convolution>(&layer.layer().op)) {
      // Without masks nothing is skipped: one unit of one MAC multiplies everything, if the window lets it.
      EXPECT_EQ(cost.of(Folding{}).cycles, static_cast<double>(trace.network().dense_macs(layer.layer())));
      const Folding wide{in.channels, conv->filters, 1, 1, conv->kernel_height * conv->kernel_width};
      const std::int64_t walked =
          (in.height + conv->pads.top + conv->pads.bottom) * (in.width + conv->pads.left + conv->pads.right);
      EXPECT_EQ(cost.of(wide).cycles, static_cast<double>(walked));
      EXPECT_EQ(cost.of(wide).dsps, (conv->filters * in.channels * wide.macs + 1) / 2);
    } else if (std::holds_alternative<traces::Concat>(layer.layer().op)) {
      EXPECT_EQ(cost.of(Lanes{1}).cycles, static_cast<double>(layer.output_shape().elements()));
      EXPECT_EQ(cost.of(Lanes{2}).cycles, static_cast<double>(layer.output_shape().elements() / 2));
    }
  }
}

TEST_F(FoldTest, KeepsTheBudgetAndUsesIt) {
  for (const traces::Network& network : networks()) {
    const traces::Trace trace = this->trace(network);
    double before = std::numeric_limits<double>::infinity();
    for (const std::int64_t dsps : {16, 20, 32, 48, 64, 100}) {
      const Fold folded = fold(trace, request(dsps));
      EXPECT_LE(folded.dsps(), dsps) << network.name();
      EXPECT_LE(folded.interval, before) << network.name();
      before = folded.interval;
      for (const FoldedEngine& engine : folded.engines) {
        EXPECT_LE(engine.cost.cycles, folded.interval) << network.name() << " " << engine.layer;
      }
      EXPECT_EQ(folded.plan.resources().dsps, folded.dsps()) << network.name();
    }
  }
}

TEST_F(FoldTest, LeavesNoStepThatLowersTheInterval) {
  const traces::Trace trace = this->trace(residual_network());
  constexpr std::int64_t kDsps = 10;
  const Fold folded = fold(trace, request(kDsps));
  EXPECT_EQ(folded.limit, Limit::kDsps);
  EXPECT_GE(folded.dsps(), kDsps - 1);
  const Accelerator accelerator = read_yaml("defaults: {}\n");
  for (std::size_t index = 0; index < trace.network().layers().size(); ++index) {
    const LayerContext layer(accelerator, trace.network(), traces::LayerId{index});
    if (layer.layer().name != folded.slowest) {
      continue;
    }
    EngineCost cost(trace, layer, UnitKind::kSkipBoth);
    const auto now = std::find_if(folded.engines.begin(), folded.engines.end(),
                                  [&](const FoldedEngine& engine) { return engine.layer == folded.slowest; });
    for (const Folding& folding : LegalFoldings(dot_geometry(trace.network(), layer.layer())).all(32)) {
      const Cost other = cost.of(folding);
      EXPECT_TRUE(other.cycles >= folded.interval || folded.dsps() - now->cost.dsps + other.dsps > kDsps);
    }
  }
}

TEST_F(FoldTest, IsReadAsItWasWritten) {
  for (const traces::Network& network : networks()) {
    const traces::Trace trace = this->trace(network);
    const Fold folded = fold(trace, request(24, UnitKind::kSkipActivations));
    const std::string text = accelerator_yaml(folded.accelerator, network, "first\n\nthird");
    EXPECT_THAT(text, testing::StartsWith("# first\n#\n# third\n"));
    write_text(folder_ / "a.yaml", text);
    const Accelerator read = Accelerator::read(folder_ / "a.yaml");
    EXPECT_EQ(accelerator_yaml(read, network, "first\n\nthird"), text);
    EXPECT_EQ(read.trace, folder_ / "t.safetensors");
    EXPECT_EQ(read.clock_mhz, 250.0);
    EXPECT_EQ(read.defaults.unit->value, UnitKind::kSkipActivations);
    EXPECT_EQ(read.memory, folded.accelerator.memory);
    const Plan plan = complete(draft_plan(read, network));
    ASSERT_EQ(plan.streams.size(), folded.plan.streams.size());
    for (std::size_t index = 0; index < plan.streams.size(); ++index) {
      EXPECT_EQ(plan.streams[index].name, folded.plan.streams[index].name);
      EXPECT_EQ(plan.streams[index].lanes, folded.plan.streams[index].lanes);
      EXPECT_EQ(plan.streams[index].depth, folded.plan.streams[index].depth);
    }
  }
}

TEST_F(FoldTest, GivesWindowsRoomForARow) {
  std::size_t strided = 0;
  for (const traces::Network& network : networks()) {
    const Fold folded = fold(trace(network), request(24));
    for (const PlannedModule& module : folded.plan.modules) {
      const auto* window = std::get_if<SlidingWindowParameters>(&module.parameters);
      if (window == nullptr) {
        continue;
      }
      const std::int64_t row = window->shape.width * window->beats;
      EXPECT_GE(folded.plan.stream(module.inputs.front()).depth.words, window->shape.kernel > 1 ? row : 1);
      if (window->shape.stride > 1) {
        ++strided;
        const PlannedStream& windows = folded.plan.stream(module.outputs.front());
        const PlannedModule& reader = folded.plan.module(windows.to);
        const bool is_pool = std::holds_alternative<PoolParameters>(reader.parameters);
        EXPECT_GE((is_pool ? folded.plan.stream(reader.outputs.front()) : windows).depth.words,
                  window->shape.out_width() * window->beats)
            << module.name;
      }
    }
  }
  EXPECT_GE(strided, 3U);
}

TEST_F(FoldTest, FoldsANetworkWithoutMasks) {
  const traces::Trace network = this->trace(residual_network(), 0);
  const Fold dense = fold(network, request(32));
  const traces::Trace trace = this->trace(residual_network());
  EXPECT_LT(fold(trace, request(32)).interval, dense.interval);
  EXPECT_EQ(fold(trace, request(32, UnitKind::kDense)).interval, dense.interval);
}

TEST_F(FoldTest, RefusesABudgetWithoutRoomForTheEngines) {
  const traces::Trace trace = this->trace(residual_network());
  EXPECT_THROW(fold(trace, request(1)), BudgetError);
}

}  // namespace
}  // namespace millrace::sim
