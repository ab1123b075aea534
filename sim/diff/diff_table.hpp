// Two results side by side: what was configured differently, and what came of it, the largest changes first.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "sim/diff/result_file.hpp"

namespace millrace::sim {

/// Two files that cannot be compared.
class DiffError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// "no difference" if there is none. At most `rows` engines, streams and settings each. Throws DiffError if one is a
/// plan and the other a run.
std::string diff_table(const ResultFile& before, const ResultFile& after, std::size_t rows);

}  // namespace millrace::sim
