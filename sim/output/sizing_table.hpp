// A sizing as text for a terminal.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"
#include "sim/sizing/sizing.hpp"

namespace millrace::sim {

/// "12 bits", "3 BRAM18, 96 bits in LUTs", "40 words".
std::string amount_text(const FifoMemory& memory, Objective objective);

/// A row a FIFO that was sized, then what all of them take against what they took and what others would give them.
std::string sizing_table(const Plan& plan, const Sizing& sizing, Objective objective);

}  // namespace millrace::sim
