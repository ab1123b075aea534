// The points of a study: all combinations of its traces and axes, or a sample of them. Traces step slowest, then the
// axes in their order, the last one fastest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/accelerator.hpp"
#include "sim/studies/study.hpp"
#include "traces/code_thresholds.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// One design, ready to be planned.
struct DesignPoint {
  std::size_t trace = 0;  ///< index into Study::traces
  Accelerator accelerator;
  traces::CodeThresholds thresholds;
};

/// Points are counted from 0 here; users see them from 1. Nothing is kept a point: a study of many is as cheap as one
/// of few.
class DesignPoints {
 public:
  /// The study must outlive this. `networks` are those of its traces. Throws ConfigError with the place in the study:
  /// more points than are legal, patterns that no layer matches.
  DesignPoints(const Study& study, std::vector<traces::Network> networks);

  std::size_t size() const { return is_sample_ ? sample_.size() : static_cast<std::size_t>(grid_); }
  /// Index into Study::traces.
  std::size_t trace(std::size_t point) const { return static_cast<std::size_t>(grid_index(point) / axes_grid_); }
  /// What its columns (Study::columns()) hold.
  std::vector<std::string> values(std::size_t point) const;
  /// Equal for points whose units have the same work: those that differ in depths, queues, pixel buffers, lock step,
  /// memory and clock alone.
  std::uint64_t work_key(std::size_t point) const;
  /// Throws ConfigError if a pattern matches no stream of the design, or if the design is illegal and its streams must
  /// be known; other illegal designs are refused where they are planned.
  DesignPoint at(std::size_t point) const;

 private:
  /// The step of each axis.
  std::vector<std::size_t> steps(std::size_t point) const;
  std::uint64_t grid_index(std::size_t point) const { return is_sample_ ? sample_[point] : point; }
  void set_streams(const std::vector<std::size_t>& steps, DesignPoint& point) const;

  const Study& study_;
  std::vector<traces::Network> networks_;
  std::uint64_t axes_grid_ = 1;  ///< combinations of the axes
  std::uint64_t grid_ = 1;       ///< with traces
  bool is_sample_ = false;
  std::vector<std::uint64_t> sample_;  ///< grid indices, ascending
};

}  // namespace millrace::sim
