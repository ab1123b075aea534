// Plans convolutions and fully connected layers: SlidingWindow where there is a window to form, then DotArray.
#pragma once

#include "sim/plan/engine_registry.hpp"

namespace millrace::sim {

class DotEngineDescriptor final : public EngineDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;
  std::optional<std::int64_t> wanted_lanes(const LayerContext& layer) const override;
  std::vector<Parallelism> legal(const LayerContext& layer, std::int64_t widest_group) const override;
  OpenEnd place(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

}  // namespace millrace::sim
