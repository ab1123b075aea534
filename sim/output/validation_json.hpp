// A validation as JSON (schema millrace-validate-1, see docs/schemas.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/plan/plan.hpp"
#include "sim/validation/validation.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// `model`: name of the analytical model.
nlohmann::ordered_json validation_json(const Plan& plan, const traces::Trace& trace, const std::string& model,
                                       const Validation& validation);

}  // namespace millrace::sim
