#include "traces/trace_layout.hpp"

namespace millrace::traces {

std::string activation_mask_name(const Edge& edge) {
  return "activation_mask/" + edge.name;
}
std::string activation_code_name(const Edge& edge) {
  return "activation_code/" + edge.name;
}
std::string weight_mask_name(const Layer& layer) {
  return "weight_mask/" + layer.name;
}
std::string weight_code_name(const Layer& layer) {
  return "weight_code/" + layer.name;
}

std::vector<std::int64_t> activation_mask_shape(std::int64_t images, const MapShape& map) {
  return {images, map.height, map.width, mask_bytes(map.channels)};
}

std::vector<std::int64_t> activation_code_shape(std::int64_t images, const MapShape& map) {
  return {images, map.height, map.width, map.channels};
}

std::vector<std::int64_t> weight_mask_shape(const WeightShape& weights) {
  return {weights.filters, weights.kernel_height, weights.kernel_width, mask_bytes(weights.channels)};
}

std::vector<std::int64_t> weight_code_shape(const WeightShape& weights) {
  return {weights.filters, weights.kernel_height, weights.kernel_width, weights.channels};
}

std::vector<LayerId> weighted_layers(const Network& network) {
  std::vector<LayerId> result;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    if (has_weights(network.layers()[i])) {
      result.push_back({i});
    }
  }
  return result;
}

std::vector<EdgeId> masked_edges(const Network& network) {
  std::vector<bool> is_masked(network.edges().size(), false);
  for (const LayerId id : weighted_layers(network)) {
    is_masked[network.layer(id).inputs.front().index] = true;
  }
  std::vector<EdgeId> result;
  for (std::size_t i = 0; i < is_masked.size(); ++i) {
    if (is_masked[i]) {
      result.push_back({i});
    }
  }
  return result;
}

}  // namespace millrace::traces
