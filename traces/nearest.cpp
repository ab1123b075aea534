#include "traces/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace millrace::traces {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest(const std::string& name, const std::vector<std::string>& names) {
  // Comparing takes time by the product of the lengths; nothing that anybody named is as long as this.
  constexpr std::size_t longest = 256;
  if (name.size() > longest) {
    return std::nullopt;
  }
  const auto best = std::min_element(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return edit_distance(name, a) < edit_distance(name, b);
  });
  if (best == names.end() || edit_distance(name, *best) > std::max<std::size_t>(2, name.size() / 3)) {
    return std::nullopt;
  }
  return *best;
}

}  // namespace millrace::traces
