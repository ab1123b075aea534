// One YAML mapping, read key by key: what is not asked for is an error, and so is a value of the wrong type.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "sim/config/accelerator.hpp"

namespace millrace::sim {

/// Legal values of a number, ends included.
struct Range {
  std::int64_t least = 1;
  std::int64_t most = std::numeric_limits<std::int32_t>::max();
};

Place place_of(const YAML::Mark& mark);

/// Visits the keys of a mapping in file order through a table of readers.
class YamlMap {
 public:
  using Reader = std::function<void(const YAML::Node&)>;
  struct Key {
    std::string name;
    Reader read;
  };

  /// `what` names the mapping in messages ("accelerator", "layer '/conv1/Conv'").
  YamlMap(std::string file, std::string what, const YAML::Node& node);

  /// Calls the reader of every key that is there. Throws ConfigError on a key that the table does not have, with the
  /// nearest one that it has.
  void read(const std::vector<Key>& table) const;
  /// Calls visit(name, place of the name, value) for every entry; names are the user's own.
  void for_each(const std::function<void(const std::string&, Place, const YAML::Node&)>& visit) const;

 private:
  std::string file_;
  std::string what_;
  YAML::Node node_;
};

/// Scalars, checked. `name` is the key, for messages.
class YamlScalars {
 public:
  explicit YamlScalars(std::string file) : file_(std::move(file)) {}

  Setting<std::int64_t> integer(const std::string& name, const YAML::Node& node, Range range) const;
  Setting<double> number(const std::string& name, const YAML::Node& node, double least, double most) const;
  Setting<bool> boolean(const std::string& name, const YAML::Node& node) const;
  Setting<std::string> text(const std::string& name, const YAML::Node& node) const;
  /// One of `choices`, as its index.
  Setting<std::size_t> choice(const std::string& name, const YAML::Node& node,
                              const std::vector<std::string>& choices) const;

 private:
  std::string file_;
};

}  // namespace millrace::sim
