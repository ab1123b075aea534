// What a sweep's table says of a point: the columns, how each is worked out, and which way is better.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

enum class Better { kLower, kHigher, kNeither };

struct ResultColumn {
  std::string name;
  Better better = Better::kNeither;
};

/// In the order of the table.
const std::vector<ResultColumn>& result_columns();

/// One text a column. Without an outcome those that follow from the plan alone; the others are "".
std::vector<std::string> result_values(const Plan& plan, const Outcome* outcome);

}  // namespace millrace::sim
