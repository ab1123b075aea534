#include "traces/capture/thresholds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/in_quotes.hpp"
#include "traces/nearest.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::capture {
namespace {

using traces::in_quotes;

double parse_threshold(std::string_view option, std::string_view text) {
  double value = -1.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0.0) ||
      value > static_cast<double>(std::numeric_limits<float>::max())) {
    throw CaptureError(
        fmt::format("{}: {} is no threshold; give a number from 0 up, or LAYER=NUMBER", option, in_quotes(text)));
  }
  return value;
}

void parse_part(Thresholds& result, std::string_view part) {
  // Names may hold an equals sign, numbers do not.
  const std::size_t equals = part.rfind('=');
  if (equals == std::string_view::npos) {
    if (result.all) {
      throw CaptureError(fmt::format("{}: {} and {} are both for all layers; give one, and LAYER=NUMBER for others",
                                     result.option, *result.all, part));
    }
    result.all = parse_threshold(result.option, part);
    return;
  }
  const std::string name(part.substr(0, equals));
  if (!result.layers.emplace(name, parse_threshold(result.option, part.substr(equals + 1))).second) {
    throw CaptureError(fmt::format("{}: layer {} is there twice; give it once", result.option, in_quotes(name)));
  }
}

/// Layers that share something must agree on their threshold.
class Agreement {
 public:
  Agreement(const Thresholds& thresholds, std::string_view sharing) : option_(thresholds.option), sharing_(sharing) {}

  void check(const std::string& shared, const std::string& layer, float threshold) {
    const auto [found, is_new] = first_.try_emplace(shared, layer, threshold);
    const auto& [other, others] = found->second;
    if (!is_new && others != threshold) {
      throw CaptureError(
          fmt::format("{}: layers {} ({}) and {} ({}) {} {}, so they have one threshold; give both the same", option_,
                      in_quotes(other), others, in_quotes(layer), threshold, sharing_, in_quotes(shared)));
    }
  }

 private:
  std::string option_;
  std::string_view sharing_;
  std::map<std::string, std::pair<std::string, float>> first_;
};

}  // namespace

Thresholds parse_thresholds(std::string_view option, const std::vector<std::string>& texts) {
  Thresholds result;
  result.option = option;
  for (const std::string& text : texts) {
    for (std::string_view rest = text;;) {
      const std::size_t end = rest.find(',');
      parse_part(result, rest.substr(0, end));
      if (end == std::string_view::npos) {
        break;
      }
      rest.remove_prefix(end + 1);
    }
  }
  return result;
}

std::string to_string(const Thresholds& thresholds) {
  std::vector<std::string> parts;
  if (thresholds.all) {
    parts.push_back(fmt::format("{}", *thresholds.all));
  }
  for (const auto& [name, threshold] : thresholds.layers) {
    parts.push_back(fmt::format("{}={}", name, threshold));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

LayerThresholds of_layers(const Thresholds& thresholds, const traces::Network& network) {
  LayerThresholds result;
  std::vector<std::string> names;
  for (const traces::LayerId id : traces::weighted_layers(network)) {
    const std::string& name = names.emplace_back(network.layer(id).name);
    const auto own = thresholds.layers.find(name);
    result[id.index] = static_cast<float>(own == thresholds.layers.end() ? thresholds.all.value_or(0.0) : own->second);
  }
  for (const auto& [name, threshold] : thresholds.layers) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::optional<std::string> close = traces::nearest(name, names);
      throw CaptureError(fmt::format("{}: no convolution or fully connected layer is called {}; {}", thresholds.option,
                                     in_quotes(name),
                                     close ? fmt::format("did you mean {}?", in_quotes(*close))
                                           : fmt::format("there are {} of them, from {} to {}", names.size(),
                                                         in_quotes(names.front()), in_quotes(names.back()))));
    }
  }
  return result;
}

std::map<std::size_t, float> of_edges(const Thresholds& thresholds, const traces::Network& network) {
  std::map<std::size_t, float> result;
  Agreement agreement(thresholds, "read edge");
  for (const auto& [index, threshold] : of_layers(thresholds, network)) {
    const traces::Layer& layer = network.layer({index});
    const traces::EdgeId edge = layer.inputs.front();
    agreement.check(network.edge(edge).name, layer.name, threshold);
    if (threshold > 0.0F) {
      result[edge.index] = threshold;
    }
  }
  return result;
}

void clip_weights(ImportedGraph& graph, const Thresholds& thresholds) {
  Agreement agreement(thresholds, "share weights");
  const LayerThresholds layers = of_layers(thresholds, graph.network);
  for (const auto& [layer, source] : graph.weights) {
    const float threshold = layers.at(layer);
    agreement.check(source.initializer, graph.network.layer({layer}).name, threshold);
    onnx::TensorProto& tensor = *find_initializer(*graph.model.mutable_graph(), source.initializer);
    std::vector<float> values = float_values(tensor);
    std::replace_if(
        values.begin(), values.end(), [threshold](float value) { return std::abs(value) < threshold; }, 0.0F);
    set_float_values(tensor, values);
  }
}

}  // namespace millrace::capture
