// A sweep as one table: a row a point, in the order of the study.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "sim/studies/opened_study.hpp"
#include "sim/sweep/pareto.hpp"
#include "sim/sweep/point_row.hpp"

namespace millrace::sim {

/// Columns: point, trace, those of the axes, thresholds ("first order" where a point has any), status, those of
/// result_columns(), pareto ("yes" or "no") where there are objectives, reason. As RFC 4180 has it, but lines end with
/// \n. Needs a row for every point.
std::string results_csv(const OpenedStudy& study, const std::map<std::size_t, PointRow>& rows,
                        const std::optional<Objectives>& objectives);

/// Throws ConfigError if an axis has the name of a column that a table has anyway.
void check_columns(const Study& study);

}  // namespace millrace::sim
