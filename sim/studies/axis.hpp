// An axis of a study: parameters that step through their values together.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "sim/studies/parameter.hpp"

namespace millrace::sim {

/// One parameter and the values that it takes, in order: a column of the results.
struct AxisColumn {
  std::string name;
  Parameter parameter;
  std::vector<std::string> values;
};

/// One column, or several zipped ones with equally many values.
struct Axis {
  std::vector<AxisColumn> columns;

  std::size_t steps() const { return columns.front().values.size(); }
  /// kWork if any column has it.
  Effect effect() const;
};

/// Reads one entry of `axes`. `number` counts axes from 0: what an axis draws at random depends on it and on its seed.
/// Throws ConfigError with file, line and column.
Axis read_axis(const std::string& file, const YAML::Node& node, std::size_t number);

}  // namespace millrace::sim
