// Plans max and average pools: SlidingWindow where there is a window to form, then Pool.
#pragma once

#include "sim/plan/route_engines.hpp"

namespace millrace::sim {

class PoolDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;

 private:
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

/// Map and window of a max or average pool, with what ceil mode adds.
WindowShape pool_window(const LayerContext& layer);

}  // namespace millrace::sim
