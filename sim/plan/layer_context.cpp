#include "sim/plan/layer_context.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/plan/legal_foldings.hpp"

namespace millrace::sim {

LayerContext::LayerContext(const Accelerator& accelerator, const traces::Network& network, traces::LayerId layer)
    : accelerator_(accelerator), network_(network), id_(layer) {
  const auto found = accelerator.layers.find(network.layer(layer).name);
  if (found != accelerator.layers.end()) {
    own_ = &found->second;
  }
}

const traces::MapShape& LayerContext::input_shape(std::size_t input) const {
  return network_.edge(layer().inputs.at(input)).shape;
}

const traces::MapShape& LayerContext::output_shape() const {
  return network_.edge(layer().output).shape;
}

void LayerContext::fail(std::optional<Place> place, const std::string& message) const {
  const Place at = place ? *place : own_ != nullptr ? own_->place : accelerator_.defaults.place;
  throw ConfigError(accelerator_.file.string(), at, fmt::format("layer '{}': {}", layer().name, message));
}

std::int64_t LayerContext::divisor(std::optional<Setting<std::int64_t>> LayerSettings::*member, const char* name,
                                   std::int64_t built_in, std::int64_t whole, const std::string& why) const {
  const std::optional<Setting<std::int64_t>> found = setting(member);
  if (!found) {
    return built_in;
  }
  if (whole % found->value != 0) {
    fail(found->place, fmt::format("{} {} does not divide {} ({}); legal are {}", name, found->value, whole, why,
                                   fmt::join(divisors(whole), ", ")));
  }
  return found->value;
}

void LayerContext::refuse(const std::vector<std::pair<const char*, bool>>& set) const {
  for (const auto& [name, is_set] : set) {
    if (is_set) {
      fail(own_->place,
           fmt::format("{} means nothing for an operator '{}'; remove it", name, traces::operator_name(layer().op)));
    }
  }
}

}  // namespace millrace::sim
