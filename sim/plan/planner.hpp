// From a network and an accelerator file to a plan: one engine a layer, forks where an edge has several readers,
// Rebundles where lanes differ, DMA engines at both ends.
#pragma once

#include <vector>

#include "sim/config/accelerator.hpp"
#include "sim/plan/plan.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// A plan but for the depths that follow from the structure of its graph (sim/structure completes it).
struct DraftPlan {
  Plan plan;
  std::vector<StreamId> joins;  ///< streams into joins
  std::vector<StreamId> open;   ///< those of them whose depth the file does not set
  SkipDepth skip_depth = SkipDepth::kAmple;
};

/// Throws ConfigError: layers or streams that the network does not have, layers without an entry where there are no
/// defaults, illegal foldings.
DraftPlan draft_plan(const Accelerator& accelerator, const traces::Network& network);

}  // namespace millrace::sim
