#include "sim/studies/axis_values.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "sim/config/yaml_map.hpp"
#include "sim/studies/draw.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kMostValues = 100'000;
constexpr std::int64_t kMostNumber = std::numeric_limits<std::int32_t>::max();
constexpr Range kNumbers{0, kMostNumber};

std::optional<std::int64_t> value_of(const std::optional<Setting<std::int64_t>>& setting) {
  return setting ? std::optional(setting->value) : std::nullopt;
}

/// Reads whole numbers of a mapping.
class Numbers {
 public:
  Numbers(std::string file, std::string what, const YAML::Node& node)
      : scalars_(file), map_(file, what, node), file_(std::move(file)), what_(std::move(what)), place_(node.Mark()) {}

  YamlMap::Key key(const char* name, std::optional<Setting<std::int64_t>>& target, Range range) const {
    return {name, [this, name, &target, range](const YAML::Node& n) { target = scalars_.integer(name, n, range); }};
  }
  /// An end of a range of the parameter.
  YamlMap::Key end(const char* name, const Parameter& parameter, std::optional<Setting<std::int64_t>>& target) const {
    return {name, [this, name, &parameter, &target](const YAML::Node& n) {
              target = scalars_.integer(name, n, kNumbers);
              parameter.check(n);
            }};
  }
  void read(const std::vector<YamlMap::Key>& keys) const { map_.read(keys); }

  std::int64_t needed(const char* name, const std::optional<Setting<std::int64_t>>& setting) const {
    if (!setting) {
      fail(fmt::format("'{}' is missing in {}", name, what_));
    }
    return setting->value;
  }
  void check_ends(std::int64_t from, std::int64_t to) const {
    if (to < from) {
      fail(fmt::format("{} goes from {} down to {}; 'from' is the smaller one", what_, from, to));
    }
  }
  [[noreturn]] void fail(const std::string& message) const { throw ConfigError(file_, place_of(place_), message); }

 private:
  YamlScalars scalars_;
  YamlMap map_;
  std::string file_;
  std::string what_;
  YAML::Mark place_;
};

}  // namespace

AxisValues::AxisValues(std::string file, const Parameter& parameter, Draws draws, std::string place)
    : file_(std::move(file)), parameter_(parameter), draws_(draws), place_(std::move(place)) {}

std::vector<std::string> AxisValues::list(const YAML::Node& node) const {
  if (!node.IsSequence() || node.size() == 0) {
    throw ConfigError(file_, place_of(node.Mark()), "'values' must be a list, such as [2, 4, 8]");
  }
  std::vector<std::string> values;
  for (const YAML::Node& value : node) {
    parameter_.check(value);
    values.push_back(value.Scalar());
  }
  return values;
}

std::vector<std::string> AxisValues::range(const YAML::Node& node) const {
  std::optional<Setting<std::int64_t>> from;
  std::optional<Setting<std::int64_t>> to;
  std::optional<Setting<std::int64_t>> step;
  std::optional<Setting<std::int64_t>> factor;
  const Numbers numbers(file_, "range", node);
  numbers.read({numbers.end("from", parameter_, from), numbers.end("to", parameter_, to),
                numbers.key("step", step, {1, kMostNumber}), numbers.key("factor", factor, {2, kMostNumber})});
  const std::int64_t first = numbers.needed("from", from);
  const std::int64_t last = numbers.needed("to", to);
  numbers.check_ends(first, last);
  if (step && factor) {
    numbers.fail("range has 'step' or 'factor', not both; remove one");
  }
  if (factor && first == 0) {
    numbers.fail("range stays at 0 whatever the factor; begin at 1, or use 'step'");
  }
  const std::int64_t add = value_of(step).value_or(1);
  if (!factor && (last - first) / add >= kMostValues) {
    numbers.fail(fmt::format("range has {} values, legal are {}; take a larger 'step', a 'factor', or 'random'",
                             (last - first) / add + 1, kMostValues));
  }
  std::vector<std::string> values;
  for (std::int64_t value = first; value <= last; value = factor ? value * factor->value : value + add) {
    values.push_back(std::to_string(value));
  }
  return values;
}

std::vector<std::string> AxisValues::random(const YAML::Node& node) const {
  std::optional<Setting<std::int64_t>> from;
  std::optional<Setting<std::int64_t>> to;
  std::optional<Setting<std::int64_t>> count;
  std::optional<Setting<std::int64_t>> seed;
  std::vector<std::string> values;
  const Numbers numbers(file_, "random", node);
  numbers.read({{"values", [&](const YAML::Node& n) { values = list(n); }},
                numbers.end("from", parameter_, from),
                numbers.end("to", parameter_, to),
                numbers.key("count", count, {1, kMostValues}),
                numbers.key("seed", seed, kNumbers)});
  const std::int64_t draws = numbers.needed("count", count);
  if (values.empty()) {
    const std::int64_t first = numbers.needed("from", from);
    const std::int64_t last = numbers.needed("to", to);
    numbers.check_ends(first, last);
    if (last - first >= kMostValues) {
      numbers.fail(fmt::format("random draws from {} numbers, legal are {}", last - first + 1, kMostValues));
    }
    for (std::int64_t value = first; value <= last; ++value) {
      values.push_back(std::to_string(value));
    }
  } else if (from || to) {
    numbers.fail("random has 'values', or 'from' and 'to', not both; remove one");
  }
  if (draws_ == Draws::kDistinct && draws > std::ssize(values)) {
    numbers.fail(fmt::format("random draws {} of {} values; an axis takes each once, so legal are up to {}", draws,
                             values.size(), values.size()));
  }
  return draw(values, static_cast<std::uint64_t>(draws), static_cast<std::uint64_t>(value_of(seed).value_or(0)));
}

std::vector<std::string> AxisValues::draw(const std::vector<std::string>& from, std::uint64_t count,
                                          std::uint64_t seed) const {
  Random random(seed, place_, 0);
  std::vector<std::string> drawn;
  if (draws_ == Draws::kDistinct) {
    for (const std::uint64_t index : draw_distinct(random, count, from.size())) {
      drawn.push_back(from[index]);
    }
    return drawn;
  }
  for (std::uint64_t draw = 0; draw < count; ++draw) {
    drawn.push_back(from[random.below(from.size())]);
  }
  return drawn;
}

}  // namespace millrace::sim
