// Runs the twins of a grid with test sources and sinks that follow the clock rules, and records what they do.
#pragma once

#include <vector>

#include "tests/rtl/harness/grid.hpp"
#include "tests/rtl/harness/record.hpp"
#include "tests/rtl/harness/scenario.hpp"
#include "tests/rtl/harness/verilated_grid.hpp"

namespace millrace::rtl {

/// All cases at once, edges 0 to `last_edge`. `stimuli` has one entry a case.
std::vector<CaseRecord> run_twins(TwinTop& top, const Grid& grid, const std::vector<Stimulus>& stimuli,
                                  std::int64_t last_edge);

}  // namespace millrace::rtl
