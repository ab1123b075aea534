// Choosing some of many, the same on every machine.
#pragma once

#include <cstdint>
#include <set>

#include "sim/synth/random.hpp"

namespace millrace::sim {

/// `count` different numbers below `all`, every choice equally likely (R. Floyd, in J. Bentley, "Programming pearls",
/// 1987). Needs count <= all.
inline std::set<std::uint64_t> draw_distinct(Random& random, std::uint64_t count, std::uint64_t all) {
  std::set<std::uint64_t> drawn;
  for (std::uint64_t last = all - count; last < all; ++last) {
    if (!drawn.insert(random.below(last + 1)).second) {
      drawn.insert(last);
    }
  }
  return drawn;
}

}  // namespace millrace::sim
