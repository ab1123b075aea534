#include "sim/analytical/engine_resources.hpp"

#include "sim/analytical/layer_counts.hpp"
#include "sim/resources/block_ram.hpp"
#include "sim/resources/ceil_div.hpp"

namespace millrace::sim::analytical {
namespace {

std::int64_t macs_of(const FoldedLayer& layer) {
  return layer.folding.macs * layer.folding.units();
}

std::int64_t weight_block_rams(const FoldedLayer& layer, std::int64_t bits, MemoryLayout layout) {
  const std::int64_t macs = macs_of(layer);
  const std::int64_t weights =
      layer.filters / layer.groups * layer.channels * layer.window.kernel * layer.window.kernel;
  const std::int64_t depth = ceil_div(weights, macs);
  return layout == MemoryLayout::kPacked ? memory_block_rams({depth, bits * macs})
                                         : macs * memory_block_rams({depth, bits});
}

}  // namespace

std::int64_t window_block_rams(const FoldedLayer& layer, std::int64_t bits, MemoryLayout layout) {
  if (layer.window.kernel == 1) {
    return 0;
  }
  const std::int64_t kernel = layer.window.kernel;
  const std::int64_t lanes = layer.folding.lanes_in();
  const std::int64_t packed = layout == MemoryLayout::kPacked ? lanes : 1;
  const std::int64_t beats = LayerCounts(layer).beats;
  const std::int64_t width = (kernel - 1) * bits * packed;
  const std::int64_t one =
      fifo_block_rams({beats * layer.window.padded_width(), width}) + kernel * fifo_block_rams({beats, width});
  return one * (lanes / packed);
}

std::int64_t engine_dsps(const FoldedLayer& layer, OperandBits bits) {
  return dsps(macs_of(layer), bits);
}

std::int64_t engine_block_rams(const FoldedLayer& layer, OperandBits bits, MemoryLayout layout) {
  return weight_block_rams(layer, bits.weights, layout) + window_block_rams(layer, bits.data, layout);
}

}  // namespace millrace::sim::analytical
