#include "tests/analytical/golden_rows.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <span>
#include <stdexcept>
#include <utility>

#include "sim/analytical/published_model.hpp"

namespace millrace::test {
namespace {

using nlohmann::json;
using sim::FoldedLayer;
using sim::Folding;
using namespace sim::analytical;

std::int64_t count(const json& figures, const char* key) {
  return figures.at(key).get<std::int64_t>();
}

/// A cluster of n lanes that share n MACs is a unit of groups of n channels with n MACs.
Folding folding_of(const json& figures) {
  Folding folding{count(figures, "coarse_in"), count(figures, "coarse_out"), count(figures, "coarse_group"), 1,
                  count(figures, "fine")};
  if (figures.contains("clusters")) {
    const std::int64_t lanes = folding.lanes_in() / count(figures, "clusters");
    if (folding.coarse_in % lanes != 0 || folding.macs != 1) {
      throw std::runtime_error(fmt::format("row {}: clusters across groups, or with a fine of their own",
                                           figures.at("id").get<std::string>()));
    }
    folding.coarse_in /= lanes;
    folding.group_channels = lanes;
    folding.macs = lanes;
  }
  return folding;
}

FoldedLayer layer_of(const json& figures) {
  const std::int64_t pad = count(figures, "pad");
  FoldedLayer layer;
  layer.window = {count(figures, "rows"),
                  count(figures, "cols"),
                  count(figures, "kernel"),
                  count(figures, "stride"),
                  pad,
                  pad,
                  pad,
                  pad};
  layer.channels = count(figures, "channels");
  layer.filters = count(figures, "filters");
  layer.groups = count(figures, "groups");
  layer.folding = folding_of(figures);
  return layer;
}

/// The rule of the file's `hist_rule`.
std::vector<ZeroHistogram> channels_of(const json& figures) {
  std::vector<ZeroHistogram> channels;
  if (!figures.contains("p_zero_mean")) {
    return channels;
  }
  const std::int64_t number = count(figures, "channels");
  const std::int64_t pairs = count(figures, "kernel") * count(figures, "kernel");
  for (std::int64_t channel = 0; channel < number; ++channel) {
    if (figures.contains("hist_one_hot_bin") && !figures.at("hist_one_hot_bin").is_null()) {
      channels.push_back(ZeroHistogram::exactly(pairs, count(figures, "hist_one_hot_bin")));
      continue;
    }
    const double place = number == 1 ? 0.0 : 2.0 * static_cast<double>(channel) / static_cast<double>(number - 1) - 1.0;
    channels.push_back(ZeroHistogram::binomial(
        pairs, figures.at("p_zero_mean").get<double>() + figures.at("p_zero_spread").get<double>() * place));
  }
  return channels;
}

/// Units of groups of several channels: only the mean counts, so any histogram of that mean will do.
std::vector<ZeroHistogram> clusters_of(std::span<const ZeroHistogram> lanes, std::int64_t lanes_a_cluster) {
  std::vector<ZeroHistogram> clusters;
  const auto step = static_cast<std::size_t>(lanes_a_cluster);
  for (std::size_t lane = 0; lane < lanes.size(); lane += step) {
    const double zero = ZeroHistogram::mean_of(lanes.subspan(lane, step)).mean_zero_fraction();
    clusters.push_back(ZeroHistogram::binomial(lanes_a_cluster, zero));
  }
  return clusters;
}

}  // namespace

std::filesystem::path golden_file(const char* variable, const char* name) {
  const char* other = std::getenv(variable);
  return other != nullptr ? std::filesystem::path(other) : std::filesystem::path(MILLRACE_TEST_DATA) / name;
}

json read_golden(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) {
    throw std::runtime_error("cannot read " + file.string());
  }
  return json::parse(stream);
}

GoldenRow::GoldenRow(json figures)
    : figures_(std::move(figures)), layer_(layer_of(figures_)), channels_(channels_of(figures_)) {}

EmptyGroups GoldenRow::empty() const {
  return figures_.value("skip_all_zero_window", false) ? EmptyGroups::kFree : EmptyGroups::kOneCycle;
}

LayerEstimate GoldenRow::estimate(const LaneOrder& order) const {
  const PublishedModel model;
  if (is_dense()) {
    return model.dense(layer_);
  }
  const std::vector<ZeroHistogram> lanes = lane_histograms(channels_, order, layer_.folding.lanes_in());
  return model.sparse(layer_, {is_pointwise() ? clusters_of(lanes, layer_.folding.group_channels) : lanes, empty()});
}

LayerEstimate GoldenRow::estimate() const {
  return estimate(is_dense() || is_pointwise() ? natural() : balanced());
}

LaneOrder GoldenRow::natural() const {
  return natural_order(static_cast<std::int64_t>(channels_.size()));
}

LaneOrder GoldenRow::balanced() const {
  const std::vector<double> keys =
      is_pointwise() ? sparsity_keys(channels_) : speed_keys(channels_, {layer_.folding.macs, empty()});
  return balanced_order(keys, layer_.folding.lanes_in());
}

std::vector<ZeroHistogram> GoldenRow::balanced_lanes() const {
  return lane_histograms(channels_, balanced(), layer_.folding.lanes_in());
}

std::vector<GoldenRow> golden_rows() {
  const std::filesystem::path file = golden_file("MILLRACE_GOLDEN", "analytical_golden.json");
  const json golden = read_golden(file);
  std::vector<GoldenRow> rows;
  for (const json& figures : golden.at("configs")) {
    rows.emplace_back(figures);
  }
  if (rows.empty()) {
    throw std::runtime_error("no rows in " + file.string());
  }
  return rows;
}

}  // namespace millrace::test
