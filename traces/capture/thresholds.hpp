// Thresholds as in HASS: weights and activations that are small enough count as zero.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/capture/graph_import.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

/// As the user gives them: one for all layers with weights, others for some.
struct Thresholds {
  std::string option;  ///< "--threshold-weights", for messages
  std::optional<double> all;
  std::map<std::string, double> layers;  ///< by name
};

/// Each text is NUMBER or LAYER=NUMBER, or several of them separated by commas. Throws CaptureError with what would be
/// legal.
Thresholds parse_thresholds(std::string_view option, const std::vector<std::string>& texts);
/// "0.1,conv1=0.2", the same for the same thresholds; empty if there are none.
std::string to_string(const Thresholds& thresholds);

/// The threshold of every layer with weights, by LayerId::index; 0 where none is given. Throws CaptureError for a name
/// that is no such layer.
using LayerThresholds = std::map<std::size_t, float>;
LayerThresholds of_layers(const Thresholds& thresholds, const traces::Network& network);

/// The thresholds of the edges that these layers read, by EdgeId::index, none of them 0. A threshold is where the
/// values are made, in front of a fork, so layers that read one edge have one. Throws CaptureError if theirs differ.
std::map<std::size_t, float> of_edges(const Thresholds& thresholds, const traces::Network& network);

/// Sets every weight below its layer's threshold to zero: |w| < threshold. Throws CaptureError if layers that share
/// their weights have different ones.
void clip_weights(ImportedGraph& graph, const Thresholds& thresholds);

}  // namespace millrace::capture
