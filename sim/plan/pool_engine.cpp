#include "sim/plan/pool_engine.hpp"

#include "sim/plan/window_stage.hpp"

namespace millrace::sim {
namespace {

WindowShape shape_of(const traces::PoolWindow& window, const traces::MapShape& in) {
  const traces::Pads pads = traces::walked_pads(window, in);
  return {in.height, in.width, window.kernel, window.stride, pads.top, pads.left, pads.bottom, pads.right};
}

/// Padding counts if `with_padding` says so, what ceil mode adds to it never.
MapRegion counted_region(const traces::MapShape& in, const traces::Pads& pads, bool with_padding) {
  if (with_padding) {
    return {0, pads.top + in.height + pads.bottom, 0, pads.left + in.width + pads.right};
  }
  return {pads.top, pads.top + in.height, pads.left, pads.left + in.width};
}

PoolParameters parameters_of(const LayerContext& layer) {
  const traces::MapShape& in = layer.input_shape();
  PoolParameters pool;
  pool.shape = pool_window(layer);
  if (const auto* average = std::get_if<traces::AveragePool>(&layer.layer().op)) {
    pool.kind = PoolKind::kAverage;
    pool.counted = counted_region(in, average->window.pads, average->count_include_pad);
  } else {
    const traces::PoolWindow& window = std::get<traces::MaxPool>(layer.layer().op).window;
    pool.counted = counted_region(in, window.pads, false);
  }
  return pool;
}

}  // namespace

WindowShape pool_window(const LayerContext& layer) {
  const auto* average = std::get_if<traces::AveragePool>(&layer.layer().op);
  return shape_of(average != nullptr ? average->window : std::get<traces::MaxPool>(layer.layer().op).window,
                  layer.input_shape());
}

bool PoolDescriptor::takes(const traces::Operator& op) const {
  return std::holds_alternative<traces::MaxPool>(op) || std::holds_alternative<traces::AveragePool>(op);
}

OpenEnd PoolDescriptor::add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const {
  PoolParameters pool = parameters_of(layer);
  pool.beats = inputs.front().beats();
  pool.lanes = inputs.front().lanes;
  const OpenEnd windows = add_window(builder, layer, pool.shape, inputs.front());
  OpenEnd output = windows;
  output.pairs_a_lane = 1;
  output.latency = Cycles{1};
  return builder.add(layer.layer().name, pool, layer.id(), {{windows, Depth{layer.accelerator().depth}}}, output);
}

}  // namespace millrace::sim
