// Magnitude pruning: sets the smallest weights of a model to zero before it runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "traces/capture/graph_import.hpp"

namespace millrace::capture {

/// Sets the given fraction (0 to 1, rounded down to whole weights) of each layer's weights to zero, smallest magnitude
/// first, equal ones in the order of the model. The first and the last layer with weights and depthwise convolutions
/// are kept as they are.
void prune(ImportedGraph& graph, double fraction);

/// At most `kept` weights that are not zero in each `group` along the input channels of one filter and kernel position
/// (2:4 and the like); a shorter rest of the channels is a group of its own. Layers and ties as above.
struct GroupPruning {
  std::int64_t kept = 2;
  std::int64_t group = 4;
};

/// "2:4"; throws CaptureError with what would be legal.
GroupPruning parse_group_pruning(std::string_view text);
std::string to_string(const GroupPruning& pruning);

void prune(ImportedGraph& graph, const GroupPruning& pruning);

}  // namespace millrace::capture
