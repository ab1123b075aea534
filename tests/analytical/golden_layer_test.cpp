// Every row of the published figures of layers: cycles to the cycle, rates to 1e-9.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "sim/analytical/engine_resources.hpp"
#include "sim/analytical/layer_counts.hpp"
#include "tests/analytical/golden_rows.hpp"

namespace millrace::test {
namespace {

using nlohmann::json;
using namespace sim::analytical;

constexpr double kRateTolerance = 1e-9;
/// Histograms are written with twelve digits.
constexpr double kHistogramTolerance = 1e-11;

/// Says at the end how many rows there were and how far off the worst rate was.
class GoldenLayer : public testing::Test {
 protected:
  static void expect_rate(const std::optional<double>& rate, const json& figure) {
    ASSERT_EQ(rate.has_value(), !figure.is_null());
    if (rate) {
      const double expected = figure;
      EXPECT_NEAR(*rate, expected, kRateTolerance * std::abs(expected));
      worst_rate_ = std::max(worst_rate_, std::abs(*rate - expected) / std::abs(expected));
    }
  }

  static void in_every_row(const std::function<void(const GoldenRow&)>& check) {
    const std::vector<GoldenRow> rows = golden_rows();
    rows_ = rows.size();
    for (const GoldenRow& row : rows) {
      SCOPED_TRACE(row.id());
      check(row);
    }
  }

  static void TearDownTestSuite() {
    fmt::print("{} rows; worst relative difference of a rate {:.1e}\n", rows_, worst_rate_);
  }

 private:
  static inline std::size_t rows_ = 0;
  static inline double worst_rate_ = 0.0;
};

TEST_F(GoldenLayer, HasTheShape) {
  in_every_row([](const GoldenRow& row) {
    const LayerCounts counts(row.layer());
    const json& figures = row.figures();
    EXPECT_EQ(row.layer().window.out_height(), figures.at("out_rows"));
    EXPECT_EQ(row.layer().window.out_width(), figures.at("out_cols"));
    EXPECT_EQ(row.layer().folding.lanes_in(), figures.at("streams_in"));
    EXPECT_EQ(row.layer().folding.lanes_out(), figures.at("streams_out"));
    EXPECT_EQ(counts.operations, figures.at("operations"));
  });
}

TEST_F(GoldenLayer, TakesTheCycles) {
  in_every_row(
      [](const GoldenRow& row) { EXPECT_EQ(row.estimate().stage.cycles, row.figures().at("latency_cycles")); });
}

TEST_F(GoldenLayer, TakesTheCyclesInTheOtherOrderOfChannels) {
  in_every_row([](const GoldenRow& row) {
    if (row.is_dense()) {
      return;
    }
    if (row.is_pointwise()) {
      EXPECT_EQ(row.estimate(row.balanced()).stage.cycles, row.figures().at("latency_opt_interleave"));
    } else {
      EXPECT_EQ(row.estimate(row.natural()).stage.cycles, row.figures().at("latency_naive_interleave"));
    }
  });
}

TEST_F(GoldenLayer, HasFewestAndMostCycles) {
  in_every_row([](const GoldenRow& row) {
    if (!row.is_dense()) {
      EXPECT_EQ(row.estimate().fewest_cycles, row.figures().at("latency_min"));
      EXPECT_EQ(row.estimate().most_cycles, row.figures().at("latency_max"));
    }
  });
}

TEST_F(GoldenLayer, HasTheRates) {
  in_every_row([](const GoldenRow& row) {
    expect_rate(row.estimate().stage.rate_in, row.figures().at("rate_in"));
    expect_rate(row.estimate().stage.rate_out, row.figures().at("rate_out"));
  });
}

TEST_F(GoldenLayer, FillsInTheCycles) {
  in_every_row([](const GoldenRow& row) {
    EXPECT_EQ(row.estimate().stage.fill, row.figures().at("pipeline_depth"));
    EXPECT_EQ(row.estimate().start_depth, row.figures().at("start_depth"));
  });
}

TEST_F(GoldenLayer, IsMadeOfTheModules) {
  in_every_row([](const GoldenRow& row) {
    const json& figures = row.figures().at("modules");
    const std::vector<ModuleEstimate> modules = row.estimate().modules;
    EXPECT_EQ(modules.size(), figures.size());
    for (const ModuleEstimate& module : modules) {
      SCOPED_TRACE(module.name);
      const json& figure = figures.at(std::string(module.name));
      expect_rate(module.rate_in, figure.at("rate_in"));
      expect_rate(module.rate_out, figure.at("rate_out"));
      EXPECT_EQ(module.cycles, figure.at("latency").get<double>());
      EXPECT_EQ(module.fill, figure.at("pipeline_depth"));
    }
  });
}

TEST_F(GoldenLayer, GivesTheLanesTheHistograms) {
  in_every_row([](const GoldenRow& row) {
    if (!row.figures().contains("stream_hist_opt")) {
      return;
    }
    const json& figures = row.figures().at("stream_hist_opt");
    const std::vector<ZeroHistogram> lanes = row.balanced_lanes();
    ASSERT_EQ(lanes.size(), figures.size());
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      ASSERT_EQ(lanes[lane].pairs() + 1, static_cast<std::int64_t>(figures[lane].size()));
      for (std::int64_t zeros = 0; zeros <= lanes[lane].pairs(); ++zeros) {
        EXPECT_NEAR(lanes[lane].probability(zeros), figures[lane][static_cast<std::size_t>(zeros)].get<double>(),
                    kHistogramTolerance);
      }
    }
  });
}

TEST_F(GoldenLayer, NeedsTheDspsAndBlockRams) {
  in_every_row([](const GoldenRow& row) {
    const std::int64_t bits = row.figures().at("data_width");
    EXPECT_EQ(engine_dsps(row.layer(), {bits, bits}), row.figures().at("dsp"));
    EXPECT_EQ(
        engine_block_rams(row.layer(), {bits, bits}, row.is_dense() ? MemoryLayout::kPacked : MemoryLayout::kPerLane),
        row.figures().at("resource").at("BRAM"));
  });
}

}  // namespace
}  // namespace millrace::test
