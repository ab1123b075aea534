// The table that `millrace run` prints: a row an engine, then the pipeline as a whole.
#pragma once

#include <string>

#include "sim/accounts/outcome.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// `with_speed` adds how long the simulation itself took: the only part that differs between equal runs.
std::string run_table(const Plan& plan, const Outcome& outcome, bool with_speed);

}  // namespace millrace::sim
