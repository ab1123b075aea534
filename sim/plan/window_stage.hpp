// The SlidingWindow in front of whatever reads windows: dot units and pools.
#pragma once

#include "modules/engine/window_shape.hpp"
#include "sim/plan/layer_context.hpp"
#include "sim/plan/plan_builder.hpp"

namespace millrace::sim {

/// Adds "<layer>.window" behind `end`, which is in the lanes of its reader, and returns the windows; without a module
/// where a window is the pixel itself.
OpenEnd add_window(PlanBuilder& builder, const LayerContext& layer, const WindowShape& shape, const OpenEnd& end);

}  // namespace millrace::sim
