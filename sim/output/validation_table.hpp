// What the formulas say beside what is simulated, as text: a row a layer, the network, the ladder between the two.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"
#include "sim/validation/validation.hpp"

namespace millrace::sim {

std::string validation_table(const Plan& plan, const Validation& validation);

}  // namespace millrace::sim
