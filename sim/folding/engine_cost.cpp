#include "sim/folding/engine_cost.hpp"

#include <algorithm>

#include "sim/analytical/engine_resources.hpp"
#include "sim/analytical/layer_counts.hpp"
#include "sim/plan/dot_geometry.hpp"
#include "sim/plan/pool_engine.hpp"

namespace millrace::sim {
namespace {

using analytical::LayerCounts;
using analytical::MemoryLayout;

bool is_window_pool(const LayerContext& layer) {
  const traces::Operator& op = layer.layer().op;
  return std::holds_alternative<traces::MaxPool>(op) || std::holds_alternative<traces::AveragePool>(op);
}

std::int64_t most_words(const LayerContext& layer, std::int64_t lanes) {
  std::int64_t words = layer.output_shape().elements() / lanes;
  for (std::size_t input = 0; input < layer.layer().inputs.size(); ++input) {
    words = std::max(words, layer.input_shape(input).elements() / lanes);
  }
  return words;
}

}  // namespace

EngineCost::EngineCost(const traces::Trace& trace, const LayerContext& layer, UnitKind unit)
    : layer_(layer), unit_(unit), bits_{layer.accelerator().data_bits, layer.accelerator().data_bits} {
  if (traces::has_weights(layer.layer())) {
    pace_.emplace(trace, layer.id(), unit);
  }
}

Cost EngineCost::of(const Parallelism& parallelism) {
  const auto* folding = std::get_if<Folding>(&parallelism);
  return folding != nullptr ? of_units(*folding) : of_lanes(std::get<Lanes>(parallelism).count);
}

Cost EngineCost::of_units(const Folding& folding) {
  FoldedLayer layer;
  static_cast<DotGeometry&>(layer) = dot_geometry(layer_.network(), layer_.layer());
  layer.folding = folding;
  const LayerCounts counts(layer);
  const double worked = static_cast<double>(counts.dots) * pace_->cycles(layer);
  const double moved = static_cast<double>(std::max(counts.walked * counts.beats, counts.words_out));
  const MemoryLayout layout = unit_ == UnitKind::kDense ? MemoryLayout::kPacked : MemoryLayout::kPerLane;
  return {std::max(worked, moved), analytical::engine_dsps(layer, bits_),
          analytical::engine_block_rams(layer, bits_, layout)};
}

Cost EngineCost::of_lanes(std::int64_t lanes) const {
  const std::int64_t words = most_words(layer_, lanes);
  if (!is_window_pool(layer_)) {
    return {static_cast<double>(words), 0, 0};
  }
  FoldedLayer pool;
  pool.window = pool_window(layer_);
  pool.channels = layer_.input_shape().channels;
  pool.folding.coarse_in = lanes;
  const LayerCounts counts(pool);
  return {static_cast<double>(std::max(words, counts.walked * counts.beats)), 0,
          analytical::window_block_rams(pool, bits_.data, MemoryLayout::kPacked)};
}

}  // namespace millrace::sim
