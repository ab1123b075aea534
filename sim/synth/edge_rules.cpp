#include "sim/synth/edge_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/plan/dot_geometry.hpp"
#include "sim/statistics/channel_counts.hpp"
#include "sim/statistics/window_histogram.hpp"
#include "traces/in_quotes.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::sim {
namespace {

using traces::in_quotes;

/// Layers with weights that read an edge, in network order.
std::vector<traces::LayerId> readers_of(const traces::Network& network, traces::EdgeId edge) {
  std::vector<traces::LayerId> readers = network.consumers(edge);
  std::erase_if(readers, [&](traces::LayerId id) { return !has_weights(network.layer(id)); });
  return readers;
}

/// The numbers of an edge's channels, from whichever of its readers the user named.
std::vector<double> numbers_of(const traces::Network& network, traces::EdgeId edge, const LayerNumbers& numbers,
                               const std::string& what) {
  const std::int64_t channels = network.edge(edge).shape.channels;
  std::optional<std::vector<double>> result;
  const std::vector<traces::LayerId> readers = readers_of(network, edge);
  for (const traces::LayerId id : readers) {
    const std::string& layer = network.layer(id).name;
    const std::optional<std::vector<double>> own = numbers.of_layer(layer, channels);
    if (own && result && *own != *result) {
      numbers.fail(layer, fmt::format("layer {} reads the same edge ({}) as another layer with another {}; give equal "
                                      "ones, or only one",
                                      in_quotes(layer), in_quotes(network.edge(edge).name), what));
    }
    result = own ? own : result;
  }
  if (!result && !numbers.of_all()) {
    throw ConfigError("--" + what, {},
                      fmt::format("none is given for layer {}; give one for it (LAYER=NUMBER), or one for all",
                                  in_quotes(network.layer(readers.front()).name)));
  }
  return result ? *result : std::vector<double>(static_cast<std::size_t>(channels), *numbers.of_all());
}

std::int64_t kernel_of(const traces::Network& network, traces::LayerId id) {
  const traces::Layer& layer = network.layer(id);
  if (!has_square_kernel(layer)) {
    throw ConfigError("layer " + in_quotes(layer.name), {},
                      "its kernel is not square, so its windows have no histogram; give a density for it");
  }
  return dot_geometry(network, layer).window.kernel;
}

EdgeRule rule_of_counts(const traces::Network& network, traces::LayerId id, const std::vector<double>& zeros,
                        const LayerNumbers& numbers) {
  const std::int64_t kernel = kernel_of(network, id);
  const std::string& layer = network.layer(id).name;
  WindowZeros rule{kernel, {}};
  IndependentZeros pixels;
  for (const double count : zeros) {
    if (count != std::floor(count) || count > static_cast<double>(kernel * kernel)) {
      const std::string message = fmt::format("a window of layer {} has {} positions; legal are 0 to {} zeros, not {}",
                                              in_quotes(layer), kernel * kernel, kernel * kernel, count);
      if (numbers.of_layer(layer, std::ssize(zeros))) {
        numbers.fail(layer, message);
      }
      throw ConfigError("--window-zeros", {}, message);
    }
    std::vector<std::uint64_t> weights(static_cast<std::size_t>(kernel * kernel + 1));
    weights[static_cast<std::size_t>(count)] = 1;
    rule.weights.push_back(std::move(weights));
    pixels.densities.push_back(1.0 - count);
  }
  return kernel == 1 ? EdgeRule(pixels) : EdgeRule(rule);
}

/// The layer of the same name and windows in the trace that a histogram comes from.
traces::LayerId find_source(const traces::Network& network, const traces::Layer& layer, const traces::Trace& source) {
  const std::vector<traces::Layer>& layers = source.network().layers();
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const traces::Layer& candidate) {
    return candidate.name == layer.name && has_weights(candidate);
  });
  if (found == layers.end()) {
    throw ConfigError(
        source.file().string(), {},
        fmt::format("has no layer with weights {}; take a trace of the same network", in_quotes(layer.name)));
  }
  if (!has_square_kernel(*found) ||
      dot_geometry(source.network(), *found).window.kernel != dot_geometry(network, layer).window.kernel ||
      dot_geometry(source.network(), *found).channels != dot_geometry(network, layer).channels) {
    throw ConfigError(source.file().string(), {},
                      fmt::format("layer {} has another kernel or other channels; take a trace of the same network",
                                  in_quotes(layer.name)));
  }
  return {static_cast<std::size_t>(found - layers.begin())};
}

EdgeRule rule_of_histogram(const WindowHistogram& histogram, std::int64_t kernel) {
  WindowZeros rule{kernel, {}};
  IndependentZeros pixels;
  for (std::int64_t channel = 0; channel < histogram.channels(); ++channel) {
    std::vector<std::uint64_t> weights;
    for (std::int64_t zeros = 0; zeros <= histogram.window_size(); ++zeros) {
      weights.push_back(histogram.activations(channel, zeros));
    }
    const auto sum = static_cast<double>(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
    pixels.densities.push_back(static_cast<double>(weights.front()) / sum);
    rule.weights.push_back(std::move(weights));
  }
  return kernel == 1 ? EdgeRule(pixels) : EdgeRule(rule);
}

EdgeRule rule_of_densities(const traces::Trace& source, traces::EdgeId edge) {
  const traces::MaskView mask = source.activation_mask(edge);
  IndependentZeros rule;
  for (const std::uint64_t count : channel_counts(mask.data(), source.network().edge(edge).shape.channels)) {
    rule.densities.push_back(static_cast<double>(count) /
                             static_cast<double>(mask.outer() * mask.rows() * mask.columns()));
  }
  return rule;
}

}  // namespace

EdgeRules density_rules(const traces::Network& network, const LayerNumbers& densities) {
  densities.check(network);
  EdgeRules rules;
  for (const traces::EdgeId edge : traces::masked_edges(network)) {
    rules.emplace(edge.index, IndependentZeros{numbers_of(network, edge, densities, "density")});
  }
  return rules;
}

EdgeRules window_zero_rules(const traces::Network& network, const LayerNumbers& zeros) {
  zeros.check(network);
  EdgeRules rules;
  for (const traces::EdgeId edge : traces::masked_edges(network)) {
    rules.emplace(edge.index, rule_of_counts(network, readers_of(network, edge).front(),
                                             numbers_of(network, edge, zeros, "window-zeros"), zeros));
  }
  return rules;
}

EdgeRules histogram_rules(const traces::Network& network, const traces::Trace& source) {
  if (!source.has_masks()) {
    throw ConfigError(source.file().string(), {},
                      "holds a network without masks, which has no histogram; take a trace");
  }
  EdgeRules rules;
  for (const traces::EdgeId edge : traces::masked_edges(network)) {
    const traces::LayerId reader = readers_of(network, edge).front();
    const std::int64_t kernel = kernel_of(network, reader);
    const traces::LayerId layer = find_source(network, network.layer(reader), source);
    const std::optional<WindowHistogram> histogram = WindowHistogram::count(source, layer, Windows::kInsideMap);
    const std::vector<double> bins = histogram->mean_activations();
    const bool is_counted = std::accumulate(bins.begin(), bins.end(), 0.0) > 0.0;
    rules.emplace(edge.index, is_counted ? rule_of_histogram(*histogram, kernel)
                                         : rule_of_densities(source, source.network().layer(layer).inputs.front()));
  }
  return rules;
}

}  // namespace millrace::sim
