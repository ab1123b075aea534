#include "sim/analytical/mended_model.hpp"

#include <algorithm>
#include <bit>

#include "sim/analytical/layer_counts.hpp"
#include "sim/analytical/module_chain.hpp"
#include "sim/analytical/rounding.hpp"
#include "sim/resources/ceil_div.hpp"

namespace millrace::sim::analytical {
namespace {

/// A multiplier, and an adder tree over N products.
std::int64_t dot_fill(std::int64_t macs) {
  return static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(macs - 1))) + 1;
}

double cycles_of(const LayerCounts& counts, double dot_cycles) {
  return std::max({static_cast<double>(counts.dots) * dot_cycles, static_cast<double>(counts.walked * counts.beats),
                   static_cast<double>(counts.words_out)});
}

LayerEstimate estimate_of(const FoldedLayer& layer, const DotStage& dots, double dot_cycles) {
  const LayerCounts counts(layer);
  LayerEstimate estimate;
  estimate.modules = module_chain(counts, dots);
  const double cycles = cycles_of(counts, dot_cycles);
  estimate.stage = {whole_cycles(cycles),
                    static_cast<double>(counts.words_in) / cycles,
                    static_cast<double>(counts.words_out) / cycles,
                    counts.words_in,
                    counts.words_out,
                    chain_fill(estimate.modules)};
  estimate.start_depth = counts.first_window;
  return estimate;
}

DotStage stage_of(const FoldedLayer& layer) {
  const LayerCounts counts(layer);
  DotStage dots;
  dots.sums_a_pixel = counts.beats;
  dots.dot_fill = dot_fill(layer.folding.macs);
  dots.joined = layer.folding.coarse_in;
  dots.joined_words = static_cast<double>(counts.words_out);
  return dots;
}

/// Units that skip have a crossbar where dense ones have a squeeze.
LayerEstimate skipping(const FoldedLayer& layer, double dot_cycles, double sums_a_cycle, EmptyGroups empty) {
  DotStage dots = stage_of(layer);
  dots.dots_a_cycle = 1.0 / dot_cycles;
  dots.sums_a_cycle = sums_a_cycle;
  LayerEstimate estimate = estimate_of(layer, dots, dot_cycles);
  std::erase_if(estimate.modules, [](const ModuleEstimate& module) { return module.name == "squeeze"; });
  const DotUnit unit{layer.folding.macs, empty};
  const LayerCounts counts(layer);
  const auto bound = [&](std::int64_t survivors) {
    return whole_cycles(cycles_of(counts, static_cast<double>(sim::analytical::dot_cycles(survivors, unit))));
  };
  estimate.fewest_cycles = bound(0);
  estimate.most_cycles = bound(layer.group_pairs());
  return estimate;
}

}  // namespace

LayerEstimate MendedModel::dense(const FoldedLayer& layer) const {
  const std::int64_t words_a_group = ceil_div(layer.group_pairs(), layer.folding.macs);
  DotStage dots = stage_of(layer);
  dots.sums_a_pixel *= words_a_group;
  LayerEstimate estimate = estimate_of(layer, dots, static_cast<double>(words_a_group));
  estimate.fewest_cycles = estimate.stage.cycles;
  estimate.most_cycles = estimate.stage.cycles;
  return estimate;
}

LayerEstimate MendedModel::sparse(const FoldedLayer& layer, const SparseLanes& lanes) const {
  check_lanes(layer, lanes);
  const LanePace pace = slowest_lane(lanes, layer.folding.macs);
  return skipping(layer, pace.dot_cycles, pace.sums_a_cycle, lanes.empty);
}

LayerEstimate MendedModel::mean_form(const FoldedLayer& layer, double sparsity) const {
  const auto cycles = static_cast<double>(mean_form_cycles(sparsity, layer.group_pairs(), layer.folding.macs));
  return skipping(layer, cycles, 1.0, EmptyGroups::kFree);
}

StageEstimate MendedModel::rebundle(std::int64_t words_in, std::int64_t words_out) const {
  return word_a_cycle(words_in, words_out);
}

StageEstimate MendedModel::global_pool(std::int64_t words_in, std::int64_t words_out) const {
  StageEstimate stage = word_a_cycle(words_in, words_out);
  stage.fill = words_in;
  return stage;
}

}  // namespace millrace::sim::analytical
