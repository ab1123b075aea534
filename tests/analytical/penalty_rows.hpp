// Rows of tests/data/barrier_penalty.csv: what units lose by waiting for each other, independent zeros.
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace millrace::test {

struct PenaltyRow {
  std::int64_t pairs = 0;
  double zero = 0.0;
  std::int64_t macs = 0;
  std::int64_t units = 0;
  std::int64_t waiting = 0;  ///< windows that may wait in front of a unit
  double mean = 0.0;
  double slowdown = 0.0;
  std::string method;  ///< "exact" or "simulated"
};

inline std::vector<PenaltyRow> penalty_rows(const std::string& file_name, const std::string& method) {
  std::ifstream file(file_name);
  std::string line;
  std::getline(file, line);
  std::vector<PenaltyRow> rows;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    PenaltyRow row;
    char comma = 0;
    fields >> row.pairs >> comma >> row.zero >> comma >> row.macs >> comma >> row.units >> comma >> row.waiting >>
        comma >> row.mean >> comma >> row.slowdown >> comma >> row.method;
    if (row.method == method) {
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace millrace::test
