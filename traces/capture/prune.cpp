#include "traces/capture/prune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/in_quotes.hpp"
#include "traces/network.hpp"

namespace millrace::capture {
namespace {

bool is_depthwise(const traces::Network& network, const traces::Layer& layer) {
  const auto* conv = std::get_if<traces::Convolution>(&layer.op);
  return conv != nullptr && conv->groups > 1 && conv->groups == network.edge(layer.inputs.front()).shape.channels;
}

/// Sets `count` of the values at `places` to zero, the smallest first.
void zero_smallest(std::vector<float>& values, std::vector<std::size_t> places, std::size_t count) {
  const auto is_smaller = [&values](std::size_t a, std::size_t b) {
    return std::pair(std::abs(values[a]), a) < std::pair(std::abs(values[b]), b);
  };
  std::nth_element(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(), is_smaller);
  for (std::size_t i = 0; i < count; ++i) {
    values[places[i]] = 0.0F;
  }
}

/// Calls `change(values, tensor)` for the weights of every layer that pruning touches.
template <class Change>
void change_weights(ImportedGraph& graph, Change change) {
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
      change(values, tensor);
      set_float_values(tensor, values);
    }
  }
}

std::int64_t parse_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

}  // namespace

void prune(ImportedGraph& graph, double fraction) {
  change_weights(graph, [fraction](std::vector<float>& values, const onnx::TensorProto&) {
    std::vector<std::size_t> places(values.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    zero_smallest(values, std::move(places), static_cast<std::size_t>(fraction * static_cast<double>(values.size())));
  });
}

GroupPruning parse_group_pruning(std::string_view text) {
  const std::size_t colon = text.find(':');
  GroupPruning result{parse_count(text.substr(0, colon)),
                      colon == std::string_view::npos ? 0 : parse_count(text.substr(colon + 1))};
  constexpr std::int64_t largest_group = 256;
  if (result.kept < 1 || result.group < result.kept || result.group > largest_group) {
    throw CaptureError(fmt::format("--prune-nm: {} must be N:M, N of every M weights kept, 1 <= N <= M <= {}",
                                   traces::in_quotes(text), largest_group));
  }
  return result;
}

std::string to_string(const GroupPruning& pruning) {
  return fmt::format("{}:{}", pruning.kept, pruning.group);
}

void prune(ImportedGraph& graph, const GroupPruning& pruning) {
  const auto kept = static_cast<std::size_t>(pruning.kept);
  const auto group = static_cast<std::size_t>(pruning.group);
  change_weights(graph, [kept, group](std::vector<float>& values, const onnx::TensorProto& tensor) {
    // [filters, channels, kernel height, kernel width], or [outputs, inputs].
    const auto channels = static_cast<std::size_t>(tensor.dims(1));
    const std::size_t positions = values.size() / static_cast<std::size_t>(tensor.dims(0)) / channels;
    for (std::size_t filter = 0; filter < values.size(); filter += channels * positions) {
      for (std::size_t position = 0; position < positions; ++position) {
        for (std::size_t begin = 0; begin < channels; begin += group) {
          std::vector<std::size_t> places;
          for (std::size_t channel = begin; channel < std::min(begin + group, channels); ++channel) {
            places.push_back(filter + channel * positions + position);
          }
          const std::size_t count = places.size() - std::min(kept, places.size());
          zero_smallest(values, std::move(places), count);
        }
      }
    }
  });
}

}  // namespace millrace::capture
