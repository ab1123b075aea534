// Plans with some of their limits taken away, to see what these cost.
//
// Endless streams have room for two images: a longer FIFO before a slow engine would only ever fill up, and hold more
// of what it cannot make faster.
#pragma once

#include <vector>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// A memory that gives and takes a word at every edge.
Plan with_ideal_memory(Plan plan);

/// Out of Forks, and into Adds and Concats.
std::vector<StreamId> branch_streams(const Plan& plan);

Plan with_endless_streams(Plan plan, const std::vector<StreamId>& streams);

/// One engine, and the SlidingWindow before it, between a source that always has a word and a sink that always has
/// room.
Plan isolated_engine(const Plan& plan, ModuleId engine);

}  // namespace millrace::sim
