#include "sim/sweep/pareto.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "sim/sweep/result_columns.hpp"

namespace millrace::sim {
namespace {

/// As low in everything, and lower in something.
bool beats(const std::vector<double>& a, const std::vector<double>& b) {
  return a != b && std::ranges::equal(a, b, std::less_equal<>());
}

std::size_t objective(const std::string& name) {
  std::vector<std::string> legal;
  for (std::size_t index = 0; index < result_columns().size(); ++index) {
    const ResultColumn& column = result_columns()[index];
    if (column.better == Better::kNeither) {
      continue;
    }
    if (column.name == name) {
      return index;
    }
    legal.push_back(column.name);
  }
  throw std::invalid_argument(
      fmt::format("'{}' is no column with a better end; legal are {}", name, fmt::join(legal, ", ")));
}

}  // namespace

Objectives read_objectives(const std::string& text) {
  Objectives objectives;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    objectives.push_back(objective(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return objectives;
}

std::vector<bool> pareto_front(const std::vector<std::vector<double>>& costs) {
  // Whoever beats a row comes before it in ascending order, so a row meets only the front so far.
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
  std::vector<bool> is_on_front(costs.size());
  std::vector<std::size_t> front;
  for (const std::size_t row : order) {
    if (std::ranges::none_of(front, [&](std::size_t other) { return beats(costs[other], costs[row]); })) {
      is_on_front[row] = true;
      front.push_back(row);
    }
  }
  return is_on_front;
}

}  // namespace millrace::sim
