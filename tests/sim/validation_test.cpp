// Where formula and simulation must meet, and that what lies between them adds up.
#include "sim/validation/validation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/analytical/mended_model.hpp"
#include "sim/analytical/zero_histogram.hpp"
#include "sim/output/validation_json.hpp"
#include "sim/resolve/rerun.hpp"
#include "sim/synth/synth.hpp"
#include "sim/validation/relaxed_plan.hpp"
#include "sim/validation/repeated_run.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

/// 3 x 3 windows that share no pixel, so that independent zeros give independent windows.
traces::Network apart_network(std::int64_t edge, std::int64_t channels, std::int64_t filters) {
  return traces::Network::Builder("apart", "in", {edge, edge, channels})
      .add("conv", traces::Convolution{filters, 3, 3, 3, 1, {0, 0, 0, 0}}, {"in"}, "out")
      .finish("out");
}

/// 3 x 3 windows, all of them inside the map.
traces::Network inside_network() {
  return traces::Network::Builder("inside", "in", {12, 10, 4})
      .add("conv", traces::Convolution{8, 3, 3, 1, 1, {0, 0, 0, 0}}, {"in"}, "out")
      .finish("out");
}

LayerNumbers numbers(double number) {
  LayerNumbers all("number", 1000.0);
  all.set_all(number);
  return all;
}

class ValidationTest : public testing::Test {
 protected:
  traces::Trace synth(const traces::Network& network, const EdgeRules& edges, std::int64_t images) const {
    write_synth(folder_ / "t", network, {edges, weight_rules(network, numbers(1.0)), "test"}, images, 7);
    return traces::Trace::open(folder_ / "t");
  }

  traces::Trace random(const traces::Network& network, std::size_t images, double density) const {
    RandomTrace(network, images, 11, density).write(folder_ / "t");
    return traces::Trace::open(folder_ / "t");
  }

  static Validation validated(const Plan& plan, const traces::Trace& trace, Images images, std::size_t threads = 1) {
    const RecordedWork work(plan, trace, images, {});
    return std::get<Validation>(
        validate(plan, trace, work, analytical::MendedModel(), threads, [](std::size_t, std::size_t) {}));
  }

 private:
  TemporaryFolder folder_;
};

std::int64_t total_cycles(const Plan& plan, const traces::Trace& trace, std::int64_t images) {
  const RecordedWork work(plan, trace, Images{images}, {});
  return std::get<Outcome>(Rerun(plan, work).run()).total.count();
}

TEST_F(ValidationTest, OneHotHistogramsAreMetExactly) {
  const traces::Network network = inside_network();
  const Plan plan = plan_of("defaults: {coarse_in: 2, coarse_out: 2, macs: 2, queue: 32}\n", network);
  // 10 x 8 windows, 2 beats, 4 filters: dot products of a unit.
  constexpr double kDots = 10 * 8 * 2 * 4;
  for (const std::int64_t zeros : {0, 3, 4, 7}) {
    const traces::Trace trace = synth(network, window_zero_rules(network, numbers(static_cast<double>(zeros))), 3);
    const Validation validation = validated(plan, trace, Images{3});
    const double cycles = kDots * std::ceil(static_cast<double>(9 - zeros) / 2.0);
    const LayerValidation& layer = validation.layers.front();
    for (const double rung : layer.rungs) {
      EXPECT_EQ(rung, cycles) << zeros;
    }
    EXPECT_EQ(layer.busy, cycles);
    EXPECT_EQ(validation.interval, cycles);
    // And what it takes to fill and drain, once.
    const std::int64_t fill = total_cycles(plan, trace, 1) - static_cast<std::int64_t>(cycles);
    EXPECT_GT(fill, 0);
    EXPECT_EQ(total_cycles(plan, trace, 3), 3 * static_cast<std::int64_t>(cycles) + fill);
  }
}

TEST_F(ValidationTest, IndependentZerosOfOneLaneMeetTheHistogramFormWithinTheSamplingError) {
  constexpr double kZero = 0.55;
  constexpr std::int64_t kMacs = 2;
  const traces::Network network = apart_network(96, 8, 8);
  const Plan plan = plan_of("defaults: {macs: 2, queue: 20000, pixel_buffers: 2000}\n", network);
  const traces::Trace trace = synth(network, density_rules(network, numbers(0.45)), 2);
  const RecordedWork work(plan, trace, Images{2}, {});
  const ModuleId conv{2};
  const auto& engine = std::get<DotEngine>(plan.module(conv).parameters);
  const double simulated =
      std::get<double>(settled_interval(isolated_engine(plan, conv), Images{2}, as_recorded(work), Images{2}));

  const analytical::ZeroHistogram histogram = analytical::ZeroHistogram::binomial(9, kZero);
  const double predicted =
      static_cast<double>(analytical::MendedModel().sparse(engine, {{histogram}, {}}).stage.cycles);
  const double mean = mean_dot_cycles(histogram, {kMacs});
  double variance = 0.0;
  for (std::int64_t zeros = 0; zeros <= 9; ++zeros) {
    const double off = static_cast<double>(analytical::dot_cycles(9 - zeros, {kMacs})) - mean;
    variance += histogram.probability(zeros) * off * off;
  }
  // All filters see the same windows: these are what is drawn.
  constexpr double kWindows = 32 * 32 * 8 * 2;
  const double sampling_error = std::sqrt(variance / kWindows) / mean;
  EXPECT_LT(sampling_error, 0.003);
  EXPECT_NEAR(simulated / predicted, 1.0, 4.0 * sampling_error);
}

TEST_F(ValidationTest, TheLadderLeadsFromTheFormulaToTheFullModel) {
  const traces::Network network = fire_network();
  const Plan plan = plan_of("defaults: {coarse_out: 2, macs: 2}\n", network);
  const traces::Trace trace = random(network, 3, 0.5);
  const Validation validation = validated(plan, trace, Images{3});
  EXPECT_EQ(validation.ladder.front().cycles, static_cast<double>(validation.mean_form.interval));
  EXPECT_EQ(validation.ladder[2].cycles, static_cast<double>(validation.histogram_form.interval));
  EXPECT_EQ(validation.ladder.back().cycles * 3.0, static_cast<double>(total_cycles(plan, trace, 3)));

  const nlohmann::ordered_json json = validation_json(plan, trace, "mended", validation);
  double steps = 0.0;
  for (const auto& rung : json["ladder"]) {
    steps += rung["step"].get<double>();
  }
  EXPECT_NEAR(steps, json["ladder"].back()["cycles"].get<double>() - json["mean_form"]["interval"].get<double>(), 1e-6);
}

/// Cycles that the named rung is above the one before.
double step(const Validation& validation, std::string_view name) {
  const auto rung = static_cast<std::size_t>(std::find(kRungs.begin(), kRungs.end(), name) - kRungs.begin());
  return validation.ladder.at(rung).cycles - validation.ladder.at(rung - 1).cycles;
}

TEST_F(ValidationTest, EachStepIsThatOfItsCause) {
  const traces::Network network = residual_network();
  const traces::Trace trace = random(network, 3, 0.5);
  const std::string wide = "coarse_out: 4, macs: 2";
  const auto with = [&](const std::string& settings) {
    return validated(plan_of("defaults: {" + wide + settings + "}\n" + "layers: {fc: {coarse_out: 1}}\n", network),
                     trace, Images{3});
  };
  const auto with_file = [&](const std::string& head) {
    return validated(plan_of(head + "defaults: {" + wide + "}\nlayers: {fc: {coarse_out: 1}}\n", network), trace,
                     Images{3});
  };
  const Validation usual = with("");
  const Validation in_step = with(", lock_step: true");
  EXPECT_EQ(step(in_step, "units"), step(usual, "units"));
  EXPECT_GT(step(in_step, "window supply") + step(in_step, "queues"),
            step(usual, "window supply") + step(usual, "queues"));
  EXPECT_LT(step(with(", queue: 64, pixel_buffers: 64"), "window supply"), step(usual, "window supply"));
  EXPECT_LT(step(with(", queue: 64, pixel_buffers: 64"), "queues"), step(usual, "queues"));
  EXPECT_GT(step(with_file("memory: {bytes_per_cycle: 1, latency: 400, outstanding: 1}\n"), "memory"),
            step(usual, "memory") + 100.0);
  EXPECT_EQ(step(with_file("memory: {bytes_per_cycle: 1, latency: 400, outstanding: 1}\n"), "branches"),
            step(usual, "branches"));
}

TEST_F(ValidationTest, DoesNotDependOnThreads) {
  const traces::Network network = fire_network();
  const Plan plan = plan_of("defaults: {coarse_out: 2}\n", network);
  const traces::Trace trace = random(network, 2, 0.5);
  const auto text = [&](std::size_t threads) {
    return validation_json(plan, trace, "mended", validated(plan, trace, Images{2}, threads)).dump();
  };
  EXPECT_EQ(text(1), text(3));
}

TEST_F(ValidationTest, KnowsOnlyTheFirstImagesIfTheseAreRun) {
  const traces::Network network = chain_network();
  const Plan plan = plan_of("defaults: {macs: 2}\n", network);
  const traces::Trace all = random(network, 4, 0.4);
  const Validation first = validated(plan, all, Images{1});
  const Validation both = validated(plan, all, Images{4});
  for (std::size_t layer = 0; layer < first.layers.size(); ++layer) {
    // With one unit, the histogram form is the unit's work.
    EXPECT_EQ(first.layers[layer].histogram_form(), first.layers[layer].busy);
    EXPECT_EQ(std::ceil(both.layers[layer].busy), both.layers[layer].histogram_form());
  }
}

TEST_F(ValidationTest, TellsOfADeadlock) {
  const traces::Network network = residual_network();
  const Plan plan = plan_of("defaults: {}\nstreams: {x.fork -> add: 2}\n", network);
  const traces::Trace trace = random(network, 2, 0.5);
  const RecordedWork work(plan, trace, Images{2}, {});
  EXPECT_TRUE(std::holds_alternative<Deadlock>(
      validate(plan, trace, work, analytical::MendedModel(), 2, [](std::size_t, std::size_t) {})));
}

}  // namespace
}  // namespace millrace::sim
