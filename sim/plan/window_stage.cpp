#include "sim/plan/window_stage.hpp"

namespace millrace::sim {
namespace {

/// K - 1 rows of the padded map, and the K columns of a window but for the one that is arriving.
Resources window_resources(const WindowShape& window, std::int64_t channels, std::int64_t bits) {
  const std::int64_t rows = (window.kernel - 1) * window.padded_width() * channels;
  const std::int64_t taps = window.kernel * (window.kernel - 1) * channels;
  return {0, (rows + taps) * bits};
}

}  // namespace

OpenEnd add_window(PlanBuilder& builder, const LayerContext& layer, const WindowShape& shape, const OpenEnd& end) {
  if (shape.is_identity()) {
    return end;
  }
  OpenEnd windows = end;
  windows.pixels = shape.out_height() * shape.out_width();
  windows.pairs_a_lane = shape.kernel * shape.kernel;
  windows.latency = Cycles{1};
  return builder.add(layer.layer().name + ".window", SlidingWindowParameters{shape, end.beats(), end.lanes}, layer.id(),
                     {{end, Depth{layer.accelerator().depth}}}, windows,
                     window_resources(shape, end.channels, layer.accelerator().data_bits));
}

}  // namespace millrace::sim
