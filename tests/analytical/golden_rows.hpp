// Rows of the files of published figures: layers, foldings and histograms as inputs of the model, figures as read.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/analytical/lane_order.hpp"
#include "sim/analytical/layer_estimate.hpp"
#include "sim/plan/folded_layer.hpp"

namespace millrace::test {

/// tests/data/`name`, or what the environment variable names instead.
std::filesystem::path golden_file(const char* variable, const char* name);

/// Throws std::runtime_error if it is not there or not JSON.
nlohmann::json read_golden(const std::filesystem::path& file);

class GoldenRow {
 public:
  explicit GoldenRow(nlohmann::json figures);

  std::string id() const { return figures_.at("id"); }
  const nlohmann::json& figures() const { return figures_; }
  const sim::FoldedLayer& layer() const { return layer_; }
  bool is_dense() const { return kind() == "dense"; }
  /// Skipping layers of K = 1: clusters of lanes share MACs.
  bool is_pointwise() const { return kind() == "pointwise_sparse"; }

  /// By the published model, channels in that order.
  sim::analytical::LayerEstimate estimate(const sim::analytical::LaneOrder& order) const;
  /// In the order behind "latency_cycles": that of the file's kind of layer.
  sim::analytical::LayerEstimate estimate() const;
  sim::analytical::LaneOrder natural() const;
  sim::analytical::LaneOrder balanced() const;
  /// A histogram a lane, channels balanced.
  std::vector<sim::analytical::ZeroHistogram> balanced_lanes() const;

 private:
  std::string kind() const { return figures_.at("kind"); }
  sim::analytical::EmptyGroups empty() const;

  nlohmann::json figures_;
  sim::FoldedLayer layer_;
  std::vector<sim::analytical::ZeroHistogram> channels_;
};

/// All rows of the layers' file. Throws if there are none.
std::vector<GoldenRow> golden_rows();

}  // namespace millrace::test
