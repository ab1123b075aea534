// A plan as JSON: what `millrace plan --json` writes, and the configuration inside results. Schema: docs/schemas.md.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Keys keep the order in which they are documented.
using Json = nlohmann::ordered_json;

Json plan_json(const Plan& plan);

}  // namespace millrace::sim
