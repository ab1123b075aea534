#include "sim/analytical/layer_counts.hpp"

#include <algorithm>

namespace millrace::sim::analytical {

LayerCounts::LayerCounts(const FoldedLayer& layer) {
  const WindowShape& window = layer.window;
  in_pixels = window.height * window.width;
  walked = window.padded_height() * window.padded_width();
  out_pixels = window.out_height() * window.out_width();
  beats = layer.channels / layer.folding.lanes_in();
  filters = layer.filters / (layer.folding.coarse_out * layer.groups);
  out_beats = layer.filters / layer.folding.lanes_out();
  dots = out_pixels * beats * filters;
  words_in = in_pixels * beats;
  words_out = out_pixels * out_beats;
  line_fill = (window.kernel - 1) * (window.padded_width() + 1) * beats;
  const std::int64_t rows_before = std::max<std::int64_t>(0, window.kernel - 1 - window.pad_top);
  const std::int64_t columns_before = std::max<std::int64_t>(0, window.kernel - 1 - window.pad_left);
  first_window = (rows_before * window.width + columns_before + 1) * beats;
  operations = 2 * out_pixels * layer.filters * (layer.channels / layer.groups) * window.kernel * window.kernel;
}

}  // namespace millrace::sim::analytical
