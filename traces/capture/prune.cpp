#include "traces/capture/prune.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "traces/capture/onnx_tensor.hpp"
#include "traces/network.hpp"

namespace millrace::capture {
namespace {

bool is_depthwise(const traces::Network& network, const traces::Layer& layer) {
  const auto* conv = std::get_if<traces::Convolution>(&layer.op);
  return conv != nullptr && conv->groups > 1 && conv->groups == network.edge(layer.inputs.front()).shape.channels;
}

void zero_smallest(std::vector<float>& values, double fraction) {
  const auto count = static_cast<std::size_t>(fraction * static_cast<double>(values.size()));
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto is_smaller = [&values](std::size_t a, std::size_t b) {
    return std::pair(std::abs(values[a]), a) < std::pair(std::abs(values[b]), b);
  };
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), is_smaller);
  for (std::size_t i = 0; i < count; ++i) {
    values[order[i]] = 0.0F;
  }
}

}  // namespace

void prune(ImportedGraph& graph, double fraction) {
  if (graph.weights.empty()) {
    return;
  }
  const std::size_t first = graph.weights.begin()->first;
  const std::size_t last = graph.weights.rbegin()->first;
  // Layers may share an initialiser: what one of them keeps, all keep.
  std::set<std::string> kept;
  for (const auto& [layer, source] : graph.weights) {
    if (layer == first || layer == last || is_depthwise(graph.network, graph.network.layer({layer}))) {
      kept.insert(source.initializer);
    }
  }
  for (const auto& [layer, source] : graph.weights) {
    if (kept.insert(source.initializer).second) {
      onnx::TensorProto& tensor = *find_initializer(*graph.model.mutable_graph(), source.initializer);
      std::vector<float> values = float_values(tensor);
      zero_smallest(values, fraction);
      set_float_values(tensor, values);
    }
  }
}

}  // namespace millrace::capture
