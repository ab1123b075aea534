// Solves points of a study: work is counted once for all that share it, and each point is run on it.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/accounts/outcome.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/studies/opened_study.hpp"
#include "sim/sweep/point_row.hpp"
#include "sim/sweep/sweep_folder.hpp"

namespace millrace::sim {

class PointSolver {
 public:
  /// Both must outlive this.
  PointSolver(const OpenedStudy& study, const SweepFolder& folder, const WorkOptions& options)
      : study_(study), folder_(folder), options_(options) {}

  /// Writes the point's JSON, if it has a result, and returns its row. Points of equal work should follow each other.
  /// Throws TraceError, OutputError.
  PointRow solve(std::size_t point);

 private:
  /// Counts work if the last point's is not the same.
  const RecordedWork& work_of(std::size_t point, const DesignPoint& design, const Plan& plan);

  const OpenedStudy& study_;
  const SweepFolder& folder_;
  WorkOptions options_;
  std::optional<std::uint64_t> key_;
  std::optional<RecordedWork> work_;
};

}  // namespace millrace::sim
