// Plans convolutions and fully connected layers: SlidingWindow where there is a window to form, then DotArray.
#pragma once

#include "sim/plan/engine_registry.hpp"

namespace millrace::sim {

class DotEngineDescriptor final : public EngineDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;
  std::optional<std::int64_t> wanted_lanes(const LayerContext& layer) const override;
  OpenEnd place(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

/// DSPs of `macs` multipliers on data and weights of `bits` each (fpgaConvNet: two 8-bit or four 4-bit products share
/// one 18 x 27 multiplier; reference: HASS model, section on resources).
std::int64_t dsps(std::int64_t macs, std::int64_t bits);

}  // namespace millrace::sim
