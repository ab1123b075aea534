// The values that an axis of a study takes: listed, counted or drawn.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sim/studies/parameter.hpp"

namespace millrace::sim {

/// How often a value may be drawn.
enum class Draws { kDistinct, kIndependent };

/// Readers of the keys `values`, `range` and `random` of one axis. All throw ConfigError with the place in the file.
class AxisValues {
 public:
  /// `place` is what else random values depend on: of the axis in its file.
  AxisValues(std::string file, const Parameter& parameter, Draws draws, std::string place);

  std::vector<std::string> list(const YAML::Node& node) const;
  std::vector<std::string> range(const YAML::Node& node) const;
  std::vector<std::string> random(const YAML::Node& node) const;

 private:
  std::vector<std::string> draw(const std::vector<std::string>& from, std::uint64_t count, std::uint64_t seed) const;

  std::string file_;
  const Parameter& parameter_;
  Draws draws_;
  std::string place_;
};

}  // namespace millrace::sim
