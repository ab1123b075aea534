// What a trace holds, for reading: a row a layer, then totals.
#pragma once

#include <string>

#include "sim/statistics/inspection.hpp"

namespace millrace::sim {

std::string inspection_table(const traces::Trace& trace, const Inspection& inspection);

}  // namespace millrace::sim
