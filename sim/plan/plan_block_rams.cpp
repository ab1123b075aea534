#include "sim/plan/plan_block_rams.hpp"

#include <numeric>

#include "sim/analytical/engine_resources.hpp"
#include "sim/resources/block_ram.hpp"

namespace millrace::sim {
namespace {

using analytical::MemoryLayout;

/// Windows of a DotArray are counted with its weights; this is for those of a pool.
std::int64_t pool_window_block_rams(const Plan& plan, const PlannedModule& module) {
  const auto* window = std::get_if<SlidingWindowParameters>(&module.parameters);
  const bool feeds_a_pool = window != nullptr && std::holds_alternative<PoolParameters>(
                                                     plan.module(plan.stream(module.outputs.front()).to).parameters);
  if (!feeds_a_pool) {
    return 0;
  }
  FoldedLayer pool;
  pool.window = window->shape;
  pool.channels = window->beats * window->lanes;
  pool.folding.coarse_in = window->lanes;
  return analytical::window_block_rams(pool, plan.data_bits, MemoryLayout::kPacked);
}

}  // namespace

std::int64_t engine_block_rams(const Plan& plan) {
  std::int64_t blocks = 0;
  for (const PlannedModule& module : plan.modules) {
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      const MemoryLayout layout = engine->unit == UnitKind::kDense ? MemoryLayout::kPacked : MemoryLayout::kPerLane;
      blocks += analytical::engine_block_rams(*engine, {plan.data_bits, plan.data_bits}, layout);
    } else {
      blocks += pool_window_block_rams(plan, module);
    }
  }
  return blocks;
}

std::int64_t stream_block_rams(const Plan& plan) {
  return std::accumulate(plan.streams.begin(), plan.streams.end(), std::int64_t{0},
                         [](std::int64_t sum, const PlannedStream& stream) {
                           return sum + fifo_block_rams({stream.depth.words, stream.word_bits});
                         });
}

}  // namespace millrace::sim
