#include "sim/synth/layer_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sim/config/yaml_document.hpp"
#include "sim/config/yaml_map.hpp"
#include "traces/in_quotes.hpp"
#include "traces/nearest.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::sim {

using traces::in_quotes;

double LayerNumbers::number(const std::string& origin, Place place, const std::string& text) const {
  double value = 0.0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size() || !(value >= 0.0 && value <= most_)) {
    throw ConfigError(origin, place,
                      fmt::format("a {} must be a number from 0 to {}, not {}", what_, most_, in_quotes(text)));
  }
  return value;
}

void LayerNumbers::add(const std::string& option, const std::string& text) {
  const std::string origin = fmt::format("{} {}", option, in_quotes(text));
  // Names of layers may hold '=' themselves; numbers do not.
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) {
    if (all_) {
      throw ConfigError(origin, {}, fmt::format("a {} for all layers is given twice; give one", what_));
    }
    all_ = number(origin, {}, text);
    return;
  }
  Entry entry{{number(origin, {}, text.substr(equals + 1))}, false, origin, {}};
  if (!layers_.emplace(text.substr(0, equals), std::move(entry)).second) {
    throw ConfigError(origin, {}, fmt::format("the layer has a {} already; give one", what_));
  }
}

void LayerNumbers::read(const std::filesystem::path& file) {
  const std::string origin = file.string();
  const YamlMap map(origin, "the file", read_yaml(file, fmt::format("a file of one {} a layer", what_)));
  map.for_each([&](const std::string& layer, Place place, const YAML::Node& value) {
    Entry entry{{}, value.IsSequence(), origin, place};
    if (entry.is_list) {
      for (const YAML::Node& element : value) {
        entry.numbers.push_back(number(origin, place_of(element.Mark()), element.IsScalar() ? element.Scalar() : ""));
      }
    } else {
      entry.numbers.push_back(number(origin, place_of(value.Mark()), value.IsScalar() ? value.Scalar() : ""));
    }
    if (!layers_.emplace(layer, std::move(entry)).second) {
      throw ConfigError(origin, place, fmt::format("layer {} has a {} already; give one", in_quotes(layer), what_));
    }
  });
}

void LayerNumbers::check(const traces::Network& network) const {
  std::vector<std::string> names;
  for (const traces::LayerId id : traces::weighted_layers(network)) {
    names.push_back(network.layer(id).name);
  }
  for (const auto& [layer, entry] : layers_) {
    if (std::find(names.begin(), names.end(), layer) == names.end()) {
      const std::optional<std::string> close = traces::nearest(layer, names);
      fail(layer, fmt::format("network '{}' has no layer with weights {}; {}", network.name(), in_quotes(layer),
                              close           ? fmt::format("did you mean '{}'?", *close)
                              : names.empty() ? "it has none with weights at all"
                                              : fmt::format("they begin with '{}'", names.front())));
    }
  }
}

std::optional<std::vector<double>> LayerNumbers::of_layer(const std::string& layer, std::int64_t channels) const {
  const auto found = layers_.find(layer);
  if (found == layers_.end()) {
    return std::nullopt;
  }
  const Entry& entry = found->second;
  if (!entry.is_list) {
    return std::vector<double>(static_cast<std::size_t>(channels), entry.numbers.front());
  }
  if (std::ssize(entry.numbers) != channels) {
    fail(layer, fmt::format("layer {} has {} numbers, must have one for each of its {} channels, or a single number",
                            in_quotes(layer), entry.numbers.size(), channels));
  }
  return entry.numbers;
}

std::string LayerNumbers::describe() const {
  std::string text = all_ ? fmt::format("{}", *all_) : "";
  for (const auto& [layer, entry] : layers_) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", layer,
                        entry.is_list ? "list" : fmt::format("{}", entry.numbers.front()));
  }
  return text;
}

void LayerNumbers::fail(const std::string& layer, const std::string& message) const {
  const Entry& entry = layers_.at(layer);
  throw ConfigError(entry.origin, entry.place, message);
}

}  // namespace millrace::sim
