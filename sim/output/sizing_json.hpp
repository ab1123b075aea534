// A sizing as JSON and as the curve of memory against time. Schemas: docs/schemas.md.
#pragma once

#include <optional>
#include <string>

#include "sim/output/plan_json.hpp"
#include "sim/plan/plan.hpp"
#include "sim/sizing/held_out.hpp"
#include "sim/sizing/sizing.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

Json sizing_json(const Plan& plan, const traces::Trace& trace, const Sizing& sizing, const SizingRequest& request,
                 const std::optional<HeldOut>& held_out);

/// A line a point, from little memory to little time.
std::string pareto_csv(const Sizing& sizing);

}  // namespace millrace::sim
