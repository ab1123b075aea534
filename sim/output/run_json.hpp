// Results as JSON: everything that the table shows and all that it leaves out. Schema: docs/schemas.md.
#pragma once

#include <span>

#include "sim/accounts/outcome.hpp"
#include "sim/output/plan_json.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// The same bytes for the same input, but for the object `speed`, which `with_speed` leaves out.
Json run_json(const Plan& plan, const traces::Trace& trace, const Outcome& outcome, bool with_speed);

/// Name, first_in, last_out and latency of each.
Json images_json(std::span<const ImageResult> results);

}  // namespace millrace::sim
