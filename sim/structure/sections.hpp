// A plan cut into sections: runs of modules, in the order of the plan, that single streams join to each other.
//
// Whether a pipeline gets stuck is decided section by section: whoever waits in a loop is in one section, and neither a
// section before it that never runs dry nor one behind it that takes every word can change how it ends. So a section
// stands alone, between a DmaReader and a DmaWriter, and is smaller by as much as the network is longer.
#pragma once

#include <vector>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

struct Section {
  Plan plan;
  /// The section's streams in the whole plan: streams[i] is its StreamId{i} there.
  std::vector<StreamId> streams;
};

/// The modules `first` to `last` of the plan between a DmaReader and a DmaWriter. Needs that one stream at most leads
/// into them from outside.
Section cut_out(const Plan& plan, ModuleId first, ModuleId last);

/// All sections, in the order of the plan. Needs that modules stand behind those that feed them.
std::vector<Section> cut_into_sections(const Plan& plan);

}  // namespace millrace::sim
