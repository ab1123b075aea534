// Magnitude pruning: sets the smallest weights of a model to zero before it runs.
#pragma once

#include "traces/capture/graph_import.hpp"

namespace millrace::capture {

/// Sets the given fraction (0 to 1, rounded down to whole weights) of each layer's weights to zero, smallest magnitude
/// first, equal ones in the order of the model. The first and the last layer with weights and depthwise convolutions
/// are kept as they are.
void prune(ImportedGraph& graph, double fraction);

}  // namespace millrace::capture
