// Which full FIFOs delayed the last word: the way back from it, edge by edge, to the last word of the first image.
//
// Every push and pop happens at its edge for a reason: its word arrived then, its slot became free then, or its process
// was not done before. Each is followed to the event that caused it; wherever the cause is a slot, the stream was full
// and is to blame. A heuristic: of causes at the same edge one is taken, and the clocks of single dot units are not
// seen. What it says decides what the search tries, never whether a vector holds.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/sizing/edge_record.hpp"

namespace millrace::sim {

/// How often the way led through a wait for room.
struct Blame {
  std::vector<std::int64_t> streams;        ///< in the order of the plan
  std::vector<std::int64_t> pixel_buffers;  ///< by module
};

/// Needs the edges of a run that finished, in the order of the plan's streams.
Blame blame_of(const Plan& plan, const std::vector<EdgeRecord>& records, Cycle first_last_out);

}  // namespace millrace::sim
