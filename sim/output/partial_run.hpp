// What a stopped run prints and writes.
#pragma once

#include <string>

#include "sim/accounts/partial_run.hpp"
#include "sim/output/plan_json.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Schema millrace-run-partial-1, documented in docs/schemas.md.
Json partial_run_json(const Plan& plan, const traces::Trace& trace, const PartialRun& run);

/// The images that are through, ready to print.
std::string partial_run_table(const Plan& plan, const PartialRun& run);

}  // namespace millrace::sim
