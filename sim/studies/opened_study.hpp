// A study with its traces, open and found to fit each other.
#pragma once

#include <vector>

#include "modules/process/module.hpp"
#include "sim/studies/design_points.hpp"
#include "sim/studies/study.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class OpenedStudy {
 public:
  /// Throws ConfigError or TraceError: what DesignPoints refuses, traces without masks or with fewer images than the
  /// study asks for, thresholds on a trace without codes.
  explicit OpenedStudy(Study study);
  OpenedStudy(const OpenedStudy&) = delete;
  OpenedStudy& operator=(const OpenedStudy&) = delete;

  const Study& study() const { return study_; }
  const DesignPoints& points() const { return points_; }
  const traces::Trace& trace(std::size_t index) const { return traces_.at(index); }
  std::size_t traces() const { return traces_.size(); }
  /// That are run of a trace.
  Images images(std::size_t trace) const;

 private:
  void check_images(const traces::Trace& trace) const;
  void check_thresholds(const traces::Trace& trace) const;

  Study study_;
  std::vector<traces::Trace> traces_;
  DesignPoints points_;
};

}  // namespace millrace::sim
