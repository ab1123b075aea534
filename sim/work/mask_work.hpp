// The work of an engine's units, from the masks of a trace: pairs that survive are counted bit by bit, for every
// window, group, filter and unit.
//
// Which pairs survive: dense all, skip_weights those with a weight, skip_activations those with an activation,
// skip_both those with both. Padding is zeros. A window costs a unit the sum over its filters of CostTable, and at
// least 1 cycle.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// What the units of an engine did over a whole run.
struct WorkTotals {
  std::int64_t macs_done = 0;       ///< pairs that reached a MAC
  std::int64_t dense_macs = 0;      ///< pairs in all, padding included
  std::chrono::nanoseconds time{};  ///< spent counting
};

/// Hands over one band of output rows at a time; memory does not depend on the number of images.
class MaskWork : public WorkSource {
 public:
  /// From image 0 on, as far as it is asked; the trace must outlive this. Throws TraceError if it has no masks for the
  /// layer.
  static std::unique_ptr<MaskWork> make(const DotEngine& engine, const traces::Trace& trace);
  virtual const WorkTotals& totals() const = 0;
};

}  // namespace millrace::sim
