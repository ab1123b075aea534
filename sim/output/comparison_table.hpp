// How well formulas do over many designs, as text.
#pragma once

#include <string>
#include <vector>

#include "sim/output/comparison_csv.hpp"

namespace millrace::sim {

std::string comparison_table(const DesignColumns& columns, const std::vector<ComparedDesign>& designs);

}  // namespace millrace::sim
