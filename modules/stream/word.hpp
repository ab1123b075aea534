// What a stream carries beside its edges. Timing never depends on it: a simulation of cycles carries nothing, a test of
// function carries numbers through the same modules.
#pragma once

#include <cstdint>
#include <vector>

namespace millrace {

/// A word of which only the edges are simulated.
struct Timing {};

/// A word with one value a lane; in a window, K x K x lanes values (row, column, lane; lane innermost).
struct Values {
  std::vector<std::int32_t> lanes;
  friend bool operator==(const Values&, const Values&) = default;
};

}  // namespace millrace
