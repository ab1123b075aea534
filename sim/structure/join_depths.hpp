// How deep streams into joins must be. It follows from the graph, the windows and the other depths alone, never from data
// or time: a network of blocking processes ends in the same state whatever the order in which they run.
//
// Minimum: every process downstream goes first, so that a fork pushes only when all else is stuck; what a stream then
// comes to hold, it must be able to hold. Ample: every process upstream goes first; what a stream then comes to hold is
// all that can ever stand in it before the other branch is full, so deeper never helps.
#pragma once

#include "sim/plan/plan.hpp"
#include "sim/plan/planner.hpp"

namespace millrace::sim {

/// Fills in `minimum_depth` of every join stream and the depth of the open ones.
Plan complete(DraftPlan draft);

}  // namespace millrace::sim
