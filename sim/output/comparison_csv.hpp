// Designs and what formulas and simulation say of each, a row a design.
#pragma once

#include <string>
#include <vector>

#include "sim/validation/design_comparison.hpp"

namespace millrace::sim {

/// What sets designs apart: names of columns, and for every design what they hold.
struct DesignColumns {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> values;
};

/// RFC 4180, lines end with a line feed. Intervals in cycles; empty where a design has none, with the reason in the
/// last column.
std::string comparison_csv(const DesignColumns& columns, const std::vector<ComparedDesign>& designs);

}  // namespace millrace::sim
