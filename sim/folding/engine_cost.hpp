// What one way to fold a layer's engine costs: cycles an image, DSPs, block RAMs.
//
// Cycles, whichever is most: what a unit works (windows * filters and groups of its own * cycles a group), what the
// window walks (positions of the padded map * beats), what is handed on (words out). An engine without dot units moves
// a word a cycle. DSPs and block RAMs by the rules of sim/analytical/engine_resources.
#pragma once

#include <optional>

#include "sim/folding/group_pace.hpp"
#include "sim/folding/widen_slowest.hpp"
#include "sim/plan/engine_registry.hpp"
#include "sim/resources/dsp.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class EngineCost {
 public:
  /// Layer and trace must outlive this.
  EngineCost(const traces::Trace& trace, const LayerContext& layer, UnitKind unit);

  Cost of(const Parallelism& parallelism);

 private:
  Cost of_units(const Folding& folding);
  Cost of_lanes(std::int64_t lanes) const;

  const LayerContext& layer_;
  UnitKind unit_;
  OperandBits bits_;
  std::optional<GroupPace> pace_;  ///< of a layer with weights
};

}  // namespace millrace::sim
