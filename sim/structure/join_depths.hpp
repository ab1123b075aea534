// How deep streams into joins must be. It follows from the graph, the windows and the other depths alone, never from
// data or time: a network of blocking processes ends in the same state whatever the order in which they run.
//
// Minimum: all joins at their minimum run through; with one word less in any one of them the pipeline gets stuck. Joins
// begin with room for one word each, and one that is full in the loop gets room for another word whenever all is stuck.
// Ample: joins go on only when everything else is stuck; what a stream then comes to hold is all that can ever stand in
// it before the other branch is full, so deeper never helps.
//
// A Concat is a join too: it waits for one input while another's words stand.
#pragma once

#include <cstddef>

#include "sim/plan/plan.hpp"
#include "sim/plan/planner.hpp"

namespace millrace::sim {

/// Fills in `minimum_depth` of every join stream and the depth of the open ones. Takes up to so many threads, the
/// caller's included; the plan does not depend on them.
Plan complete(DraftPlan draft, std::size_t threads = 1);

}  // namespace millrace::sim
