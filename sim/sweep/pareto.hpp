// The points of a sweep that no other point beats in everything that counts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace millrace::sim {

/// Indices of result_columns().
using Objectives = std::vector<std::size_t>;

/// From "interval,memory_bits". Throws std::invalid_argument with the legal names.
Objectives read_objectives(const std::string& text);

/// Of each row of costs (all equally long, lower is better): whether no other one is as low in everything and lower in
/// something.
std::vector<bool> pareto_front(const std::vector<std::vector<double>>& costs);

}  // namespace millrace::sim
