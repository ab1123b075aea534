// A study file: one accelerator, traces, and axes along which it is varied. docs/studies.md is its manual.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/accelerator.hpp"
#include "sim/studies/axis.hpp"

namespace millrace::sim {

/// A trace as the study names it, and where it is.
struct StudyTrace {
  std::string name;
  std::filesystem::path file;
};

/// So many points of the grid, drawn without repetition.
struct Sample {
  std::uint64_t points = 0;
  std::uint64_t seed = 0;
  Place place;
};

struct Study {
  static constexpr std::uint64_t kMostPoints = 100'000;

  std::filesystem::path file;
  std::filesystem::path accelerator_file;
  /// Without the axes. Its `file` is as the study names it, so that what is said of a point is the same wherever the
  /// study lies.
  Accelerator accelerator;
  std::vector<StudyTrace> traces;               ///< one or more
  std::optional<Setting<std::int64_t>> images;  ///< the first so many of each trace; nothing: all
  std::vector<Axis> axes;
  std::optional<Sample> sample;

  /// Throws ConfigError with file, line and column: what read_yaml() and Accelerator::read() refuse, unknown keys,
  /// values that are not legal for what they set, two columns of one name.
  static Study read(const std::filesystem::path& file);

  /// Names of all columns of all axes, in order.
  std::vector<std::string> columns() const;
};

}  // namespace millrace::sim
