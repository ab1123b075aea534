// How deep streams into joins must be. It follows from the graph, the windows and the other depths alone, never from
// data or time: a network of blocking processes ends in the same state whatever the order in which they run.
//
// Minimum: all joins at their minimum run through; with one word less in any one of them the pipeline gets stuck. An
// upper bound comes from a run in which every process downstream goes first, so that a fork pushes only when all else
// is stuck; from there down it is tried, one join after the other. Ample: every process upstream goes first; what a
// stream then comes to hold is all that can ever stand in it before the other branch is full, so deeper never helps.
//
// A Concat is a join too: it waits for one input while another's words stand.
#pragma once

#include "sim/plan/plan.hpp"
#include "sim/plan/planner.hpp"

namespace millrace::sim {

/// Fills in `minimum_depth` of every join stream and the depth of the open ones.
Plan complete(DraftPlan draft);

}  // namespace millrace::sim
