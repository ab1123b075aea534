#include "sim/config/yaml_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "traces/in_quotes.hpp"
#include "traces/nearest.hpp"

namespace millrace::sim {
namespace {

using traces::in_quotes;

std::string shown(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return in_quotes(node.Scalar());
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a mapping";
    default:
      return "nothing";
  }
}

template <typename Number>
std::optional<Number> parse(const YAML::Node& node) {
  if (!node.IsScalar()) {
    return std::nullopt;
  }
  const std::string& text = node.Scalar();
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Place place_of(const YAML::Mark& mark) {
  if (mark.line < 0) {
    return {};
  }
  return {mark.line + 1, mark.column + 1};
}

YamlMap::YamlMap(std::string file, std::string what, const YAML::Node& node)
    : file_(std::move(file)), what_(std::move(what)), node_(node) {
  if (!node_.IsMap()) {
    throw ConfigError(file_, place_of(node_.Mark()),
                      fmt::format("{} must be a mapping (key: value), not {}", what_, shown(node_)));
  }
}

void YamlMap::for_each(const std::function<void(const std::string&, Place, const YAML::Node&)>& visit) const {
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const Place place = place_of(entry.first.Mark());
    if (!entry.first.IsScalar()) {
      throw ConfigError(file_, place, fmt::format("a key of {} must be a name, not {}", what_, shown(entry.first)));
    }
    const std::string& name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      throw ConfigError(file_, place, fmt::format("{} stands twice in {}; keep one", in_quotes(name), what_));
    }
    visit(name, place, entry.second);
  }
}

void YamlMap::read(const std::vector<Key>& table) const {
  for_each([&](const std::string& name, Place place, const YAML::Node& value) {
    const auto known = std::find_if(table.begin(), table.end(), [&](const Key& key) { return key.name == name; });
    if (known == table.end()) {
      std::vector<std::string> names;
      std::transform(table.begin(), table.end(), std::back_inserter(names), [](const Key& key) { return key.name; });
      const std::optional<std::string> close = traces::nearest(name, names);
      throw ConfigError(file_, place,
                        fmt::format("unknown key {} in {}; {}legal are {}", in_quotes(name), what_,
                                    close ? fmt::format("did you mean '{}'? ", *close) : "", fmt::join(names, ", ")));
    }
    known->read(value);
  });
}

Setting<std::int64_t> YamlScalars::integer(const std::string& name, const YAML::Node& node, Range range) const {
  const std::optional<std::int64_t> value = parse<std::int64_t>(node);
  if (!value || *value < range.least || *value > range.most) {
    throw ConfigError(
        file_, place_of(node.Mark()),
        fmt::format("{} must be a whole number from {} to {}, not {}", name, range.least, range.most, shown(node)));
  }
  return {*value, place_of(node.Mark())};
}

Setting<double> YamlScalars::number(const std::string& name, const YAML::Node& node, double least, double most) const {
  const std::optional<double> value = parse<double>(node);
  if (!value || !(*value >= least && *value <= most)) {
    throw ConfigError(file_, place_of(node.Mark()),
                      fmt::format("{} must be a number from {} to {}, not {}", name, least, most, shown(node)));
  }
  return {*value, place_of(node.Mark())};
}

Setting<bool> YamlScalars::boolean(const std::string& name, const YAML::Node& node) const {
  if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false")) {
    return {node.Scalar() == "true", place_of(node.Mark())};
  }
  throw ConfigError(file_, place_of(node.Mark()), fmt::format("{} must be true or false, not {}", name, shown(node)));
}

Setting<std::string> YamlScalars::text(const std::string& name, const YAML::Node& node) const {
  if (!node.IsScalar() || node.Scalar().empty()) {
    throw ConfigError(file_, place_of(node.Mark()), fmt::format("{} must be a text, not {}", name, shown(node)));
  }
  return {node.Scalar(), place_of(node.Mark())};
}

Setting<std::size_t> YamlScalars::choice(const std::string& name, const YAML::Node& node,
                                         const std::vector<std::string>& choices) const {
  const auto found = node.IsScalar() ? std::find(choices.begin(), choices.end(), node.Scalar()) : choices.end();
  if (found == choices.end()) {
    throw ConfigError(file_, place_of(node.Mark()),
                      fmt::format("{} must be one of {}, not {}", name, fmt::join(choices, ", "), shown(node)));
  }
  return {static_cast<std::size_t>(found - choices.begin()), place_of(node.Mark())};
}

}  // namespace millrace::sim
