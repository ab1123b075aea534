// What fewer bits make of values: some become zero.
#pragma once

#include <cstddef>
#include <map>
#include <span>

#include "traces/capture/graph_import.hpp"
#include "traces/capture/value_range.hpp"
#include "traces/code_format.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

/// Each value becomes the nearest code of `bits` bits (8 or 16) times the scale; what is beyond the range its end.
void quantise(std::span<float> values, const traces::CodeFormat& format, int bits);

/// Symmetric, one scale a layer: the largest magnitude becomes the largest code.
void quantise_weights(ImportedGraph& graph, int bits);

/// Layers that only pick or move values keep the scale of their input: the ranges of their outputs become its.
void keep_scales(const traces::Network& network, std::map<std::size_t, ValueRange>& ranges);

}  // namespace millrace::capture
