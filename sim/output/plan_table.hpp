// What `millrace plan` prints.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

std::string plan_table(const Plan& plan);

}  // namespace millrace::sim
