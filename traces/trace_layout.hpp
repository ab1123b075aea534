// Which tensors a trace holds, under which names and in which shapes: what the writer and the reader must agree on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/network.hpp"

namespace millrace::traces {

inline constexpr std::string_view graph_key = "millrace";  ///< metadata key of the JSON string
inline constexpr std::int64_t graph_version = 1;
inline constexpr std::string_view trace_extension = ".safetensors";

/// Bytes of the bit mask of one position.
inline std::int64_t mask_bytes(std::int64_t channels) {
  return (channels + 7) / 8;
}

std::string activation_mask_name(const Edge& edge);
std::string activation_code_name(const Edge& edge);
std::string weight_mask_name(const Layer& layer);
std::string weight_code_name(const Layer& layer);

/// [images, H, W, ceil(C / 8)] and [images, H, W, C].
std::vector<std::int64_t> activation_mask_shape(std::int64_t images, const MapShape& map);
std::vector<std::int64_t> activation_code_shape(std::int64_t images, const MapShape& map);
/// [F, Kh, Kw, ceil(channels / 8)] and [F, Kh, Kw, channels], channels of one group.
std::vector<std::int64_t> weight_mask_shape(const WeightShape& weights);
std::vector<std::int64_t> weight_code_shape(const WeightShape& weights);

/// Layers that have weights, in network order.
std::vector<LayerId> weighted_layers(const Network& network);
/// Edges that a layer with weights reads, each once, in edge order: those that have an activation mask.
std::vector<EdgeId> masked_edges(const Network& network);

}  // namespace millrace::traces
