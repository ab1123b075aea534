#include "sim/studies/parameter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "sim/config/accelerator_keys.hpp"
#include "traces/in_quotes.hpp"
#include "traces/nearest.hpp"

namespace millrace::sim {
namespace {

using traces::in_quotes;

constexpr std::string_view kMemoryPrefix = "memory.";
constexpr std::string_view kActivationThreshold = "threshold_activations";
constexpr std::string_view kWeightThreshold = "threshold_weights";
constexpr Range kThresholds{0, 255};

/// Settings of a layer that change no work: of what is counted from masks, none knows them.
constexpr std::array<std::string_view, 3> kTimingOfLayers = {"lock_step", "queue", "pixel_buffers"};

const YamlMap::Key* find(const std::vector<YamlMap::Key>& table, std::string_view name) {
  const auto found = std::ranges::find_if(table, [&](const YamlMap::Key& key) { return key.name == name; });
  return found == table.end() ? nullptr : &*found;
}

void add_names(std::vector<std::string>& names, const std::vector<YamlMap::Key>& table, std::string_view prefix = "") {
  std::ranges::transform(table, std::back_inserter(names),
                         [&](const YamlMap::Key& key) { return std::string(prefix) + key.name; });
}

}  // namespace

Parameter::Parameter(ParameterText text)
    : file_(text.file), key_(text.key.value), place_(text.key.place), where_(find_place(text)) {
  if (text.layers) {
    layers_ = NamePattern(text.layers->value);
  }
  if (text.streams) {
    streams_ = NamePattern(text.streams->value);
  }
}

Parameter::Where Parameter::find_place(const ParameterText& text) const {
  Accelerator scratch;
  const AcceleratorKeys keys(file_);
  if (text.layers && text.streams) {
    throw ConfigError(file_, text.streams->place, "an axis has 'layers' or 'streams', not both; remove one");
  }
  if (text.streams) {
    if (key_ != "depth") {
      refuse_key({"depth"}, "of streams");
    }
    return Where::kStreams;
  }
  if (key_ == kActivationThreshold) {
    return Where::kActivations;
  }
  if (key_ == kWeightThreshold) {
    return Where::kWeights;
  }
  std::vector<std::string> legal = {std::string(kActivationThreshold), std::string(kWeightThreshold)};
  if (text.layers) {
    const std::vector<YamlMap::Key> layer = keys.layer(scratch.defaults);
    if (find(layer, key_) != nullptr) {
      return Where::kLayers;
    }
    add_names(legal, layer);
    refuse_key(legal, "of layers");
  }
  const std::vector<YamlMap::Key> whole = keys.whole(scratch);
  const std::vector<YamlMap::Key> memory = keys.memory(scratch.memory);
  const std::vector<YamlMap::Key> defaults = keys.defaults(scratch);
  if (find(whole, key_) != nullptr) {
    return Where::kWhole;
  }
  if (find(defaults, key_) != nullptr) {
    return Where::kDefaults;
  }
  if (key_.starts_with(kMemoryPrefix) && find(memory, key_.substr(kMemoryPrefix.size())) != nullptr) {
    return Where::kMemory;
  }
  add_names(legal, whole);
  add_names(legal, memory, kMemoryPrefix);
  add_names(legal, defaults);
  refuse_key(legal, "of an accelerator");
}

void Parameter::refuse_key(const std::vector<std::string>& legal, const std::string& where) const {
  const std::optional<std::string> close = traces::nearest(key_, legal);
  throw ConfigError(file_, place_,
                    fmt::format("{} is no setting {}; {}legal are {}", in_quotes(key_), where,
                                close ? fmt::format("did you mean '{}'? ", *close) : "", fmt::join(legal, ", ")));
}

std::string Parameter::name() const {
  if (streams_) {
    return key_ + " " + streams_->text();
  }
  return layers_ ? key_ + " " + layers_->text() : key_;
}

Effect Parameter::effect() const {
  switch (where_) {
    case Where::kWhole:
    case Where::kMemory:
    case Where::kStreams:
      return Effect::kTiming;
    case Where::kActivations:
    case Where::kWeights:
      return Effect::kWork;
    case Where::kDefaults:
      if (key_ == "depth" || key_ == "skip_depth") {
        return Effect::kTiming;
      }
      break;
    case Where::kLayers:
      break;
  }
  return std::ranges::find(kTimingOfLayers, key_) != kTimingOfLayers.end() ? Effect::kTiming : Effect::kWork;
}

bool Parameter::takes(const traces::Layer& layer) const {
  return traces::has_weights(layer) != (key_ == "lanes");
}

std::vector<traces::LayerId> Parameter::layers_of(const traces::Network& network) const {
  std::vector<traces::LayerId> layers;
  for (std::size_t index = 0; index < network.layers().size(); ++index) {
    const traces::Layer& layer = network.layers()[index];
    const bool is_meant = layers_ ? layers_->matches(layer.name) : traces::has_weights(layer);
    const bool is_sure = layers_ && !layers_->has_wildcards() && !is_threshold();
    if (is_meant && (is_sure || takes(layer))) {
      layers.push_back(traces::LayerId{index});
    }
  }
  if (layers.empty() && layers_) {
    throw ConfigError(
        file_, place_,
        fmt::format("network '{}' has no layer {} with a setting '{}'; 'millrace inspect' lists its layers",
                    network.name(), in_quotes(layers_->text()), key_));
  }
  return layers;
}

void Parameter::read(const YAML::Node& value, Accelerator& accelerator, LayerSettings& layer) const {
  const AcceleratorKeys keys(file_);
  const auto read_with = [&](const std::vector<YamlMap::Key>& table, std::string_view name) {
    find(table, name)->read(value);
  };
  switch (where_) {
    case Where::kWhole:
      return read_with(keys.whole(accelerator), key_);
    case Where::kMemory:
      return read_with(keys.memory(accelerator.memory), std::string_view(key_).substr(kMemoryPrefix.size()));
    case Where::kDefaults:
      return read_with(keys.defaults(accelerator), key_);
    case Where::kLayers:
      return read_with(keys.layer(layer), key_);
    case Where::kStreams:
      keys.stream_depth(streams_->text(), value);
      return;
    case Where::kActivations:
    case Where::kWeights:
      keys.scalars().integer(key_, value, kThresholds);
      return;
  }
}

void Parameter::check(const YAML::Node& value) const {
  Accelerator accelerator;
  LayerSettings layer;
  read(value, accelerator, layer);
}

void Parameter::apply(const std::string& value, const traces::Network& network, Accelerator& accelerator,
                      traces::CodeThresholds& thresholds) const {
  if (is_threshold()) {
    set_threshold(std::stoll(value), network, thresholds);
    return;
  }
  const YAML::Node node(value);
  if (where_ != Where::kLayers) {
    read(node, accelerator, accelerator.defaults);
    return;
  }
  for (const traces::LayerId layer : layers_of(network)) {
    read(node, accelerator, accelerator.layers[network.layer(layer).name]);
  }
}

void Parameter::set_threshold(std::int64_t value, const traces::Network& network,
                              traces::CodeThresholds& thresholds) const {
  const auto set = [value](std::map<std::size_t, std::int64_t>& tensors, std::size_t index) {
    if (value == 0) {
      tensors.erase(index);
    } else {
      tensors[index] = value;
    }
  };
  for (const traces::LayerId layer : layers_of(network)) {
    if (where_ == Where::kWeights) {
      set(thresholds.weights, layer.index);
    } else {
      set(thresholds.activations, network.layer(layer).inputs.front().index);
    }
  }
}

}  // namespace millrace::sim
