// Chooses among equally good engines those whose lanes are their neighbours': where they differ, a Rebundle has to
// stand between. Engine by engine the choice with the fewest such places, then the one that is preferred, until nothing
// changes. That is a good choice, not always the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::sim {

/// Lanes of an engine's input and output.
struct Ends {
  std::int64_t in = 1;
  std::int64_t out = 1;
};

/// Index of an engine whose words another one reads.
struct Neighbours {
  std::size_t from = 0;
  std::size_t to = 0;
};

/// `choices`: of each engine at least one, the preferred ones first. Returns which to take of each.
std::vector<std::size_t> match_lanes(const std::vector<std::vector<Ends>>& choices,
                                     const std::vector<Neighbours>& neighbours);

}  // namespace millrace::sim
