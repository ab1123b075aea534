// The weights of a model's layers, as a trace stores them.
#pragma once

#include <string>
#include <vector>

#include "traces/capture/graph_import.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

/// [F, Kh, Kw, channels of one group], row-major. Throws CaptureError if the model's values do not fit.
std::vector<float> layer_weights(const ImportedGraph& graph, traces::LayerId layer);

/// 16 hex digits over the weights of all layers, in network order.
std::string weight_hash(const ImportedGraph& graph);

}  // namespace millrace::capture
