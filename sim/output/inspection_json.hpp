// What a trace holds, as JSON: what `millrace inspect --json` writes. Schema: docs/schemas.md.
#pragma once

#include "sim/output/plan_json.hpp"
#include "sim/statistics/inspection.hpp"

namespace millrace::sim {

Json inspection_json(const traces::Trace& trace, const Inspection& inspection);

}  // namespace millrace::sim
