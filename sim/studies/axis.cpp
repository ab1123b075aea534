#include "sim/studies/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "sim/config/yaml_map.hpp"
#include "sim/studies/axis_values.hpp"

namespace millrace::sim {
namespace {

/// The keys of one column, as they stand in the file.
struct ColumnText {
  std::optional<Setting<std::string>> name;
  std::optional<Setting<std::string>> set;
  std::optional<Setting<std::string>> layers;
  std::optional<Setting<std::string>> streams;
  YAML::Node values;
  YAML::Node range;
  YAML::Node random;
};

ColumnText read_text(const std::string& file, const YAML::Node& node) {
  ColumnText text;
  const YamlScalars scalars(file);
  const auto word = [&scalars](const char* name, std::optional<Setting<std::string>>& target) {
    return YamlMap::Key{name, [&scalars, name, &target](const YAML::Node& n) { target = scalars.text(name, n); }};
  };
  const auto keep = [](const char* name, YAML::Node& target) {
    return YamlMap::Key{name, [&target](const YAML::Node& n) { target.reset(n); }};
  };
  YamlMap(file, "an axis", node)
      .read({word("name", text.name), word("set", text.set), word("layers", text.layers), word("streams", text.streams),
             keep("values", text.values), keep("range", text.range), keep("random", text.random)});
  return text;
}

AxisColumn read_column(const std::string& file, const YAML::Node& node, Draws draws, const std::string& place) {
  const ColumnText text = read_text(file, node);
  if (!text.set) {
    throw ConfigError(file, place_of(node.Mark()),
                      "the axis does not say what it sets; add 'set: depth', for instance");
  }
  Parameter parameter({file, *text.set, text.layers, text.streams});
  const bool has_values = !text.values.IsNull();
  const bool has_range = !text.range.IsNull();
  const bool has_random = !text.random.IsNull();
  if (static_cast<int>(has_values) + static_cast<int>(has_range) + static_cast<int>(has_random) != 1) {
    throw ConfigError(file, place_of(node.Mark()), "an axis has one of 'values', 'range' and 'random'");
  }
  const AxisValues values(file, parameter, draws, place);
  std::vector<std::string> list = has_values  ? values.list(text.values)
                                  : has_range ? values.range(text.range)
                                              : values.random(text.random);
  std::string name = text.name ? text.name->value : parameter.name();
  return {std::move(name), std::move(parameter), std::move(list)};
}

Axis read_zip(const std::string& file, const YAML::Node& node, const std::string& place) {
  YAML::Node columns;
  YamlMap(file, "an axis", node).read({{"zip", [&](const YAML::Node& n) { columns.reset(n); }}});
  if (!columns.IsSequence() || columns.size() < 2) {
    throw ConfigError(file, place_of(columns.Mark()), "'zip' must be a list of two axes or more");
  }
  Axis axis;
  for (const YAML::Node& column : columns) {
    axis.columns.push_back(
        read_column(file, column, Draws::kIndependent, fmt::format("{}.{}", place, axis.columns.size())));
    const std::size_t values = axis.columns.back().values.size();
    if (values != axis.steps()) {
      throw ConfigError(file, place_of(column.Mark()),
                        fmt::format("has {} values, but the first axis of the zip has {}; they step together, so make "
                                    "them equally many",
                                    values, axis.steps()));
    }
  }
  return axis;
}

}  // namespace

Effect Axis::effect() const {
  return std::ranges::any_of(columns,
                             [](const AxisColumn& column) { return column.parameter.effect() == Effect::kWork; })
             ? Effect::kWork
             : Effect::kTiming;
}

Axis read_axis(const std::string& file, const YAML::Node& node, std::size_t number) {
  const std::string place = std::to_string(number);
  if (node.IsMap() && node["zip"]) {
    return read_zip(file, node, place);
  }
  Axis axis;
  axis.columns.push_back(read_column(file, node, Draws::kDistinct, place));
  return axis;
}

}  // namespace millrace::sim
