// What fewer bits make of values: some become zero.
#pragma once

#include <cstdint>
#include <span>

#include "traces/capture/graph_import.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::capture {

/// Each value becomes the nearest code of `bits` bits (8 or 16) times the scale; what is beyond the range its end.
void quantise(std::span<float> values, const traces::CodeFormat& format, int bits);

/// Symmetric, one scale a layer: the largest magnitude becomes the largest code.
void quantise_weights(ImportedGraph& graph, int bits);

}  // namespace millrace::capture
