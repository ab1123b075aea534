// What became of one point of a study, as workers keep it: a line of JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::sim {

enum class PointStatus { kOk, kDeadlock, kIllegal };

/// "ok", "deadlock", "illegal".
const char* status_name(PointStatus status);

struct PointRow {
  std::size_t point = 0;  ///< from 0
  PointStatus status = PointStatus::kOk;
  std::string reason;                ///< why there is no result; one line
  std::vector<std::string> results;  ///< as result_columns(); empty for a design that is illegal

  friend bool operator==(const PointRow&, const PointRow&) = default;
};

/// With its end of line.
std::string write_row(const PointRow& row);
/// Nothing if it is not a whole row: a line that was being written when its writer was killed.
std::optional<PointRow> read_row(std::string_view line);

}  // namespace millrace::sim
