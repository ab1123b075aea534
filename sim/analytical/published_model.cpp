#include "sim/analytical/published_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/analytical/layer_counts.hpp"
#include "sim/analytical/module_chain.hpp"
#include "sim/analytical/rounding.hpp"

namespace millrace::sim::analytical {
namespace {

std::int64_t adder_tree(std::int64_t macs) {
  return static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(macs)));
}

double glue_words(const LayerCounts& counts, const Folding& folding) {
  return static_cast<double>(counts.words_out) / static_cast<double>(folding.coarse_group);
}

std::vector<ModuleEstimate> chain_of(const LayerCounts& counts, const DotStage& dots) {
  std::vector<ModuleEstimate> modules = module_chain(counts, dots);
  for (ModuleEstimate& module : modules) {
    if (module.name != "glue") {
      module.cycles = static_cast<double>(full_cycles(module.cycles));
    }
  }
  const auto pixels = static_cast<double>(counts.out_pixels);
  modules.push_back(passing("shift_scale", pixels, 1.0, pixels, 1.0, 0));
  return modules;
}

/// The chain balanced: the slower of vector dot and sliding window sets the pace of both.
LayerEstimate estimate_of(const LayerCounts& counts, const DotStage& dots) {
  LayerEstimate estimate;
  estimate.modules = chain_of(counts, dots);
  StageEstimate& stage = estimate.stage;
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  const auto filters = static_cast<double>(counts.filters);
  const double pace = std::min(dots.dots_a_cycle / filters, share(counts.out_pixels, counts.walked));
  stage.rate_in = pace * share(counts.in_pixels, counts.out_pixels);
  stage.rate_out = std::isfinite(dots.dots_a_cycle)
                       ? std::optional(std::min(1.0, pace * filters / static_cast<double>(dots.sums_a_pixel)))
                       : std::nullopt;
  stage.words_in = counts.words_in;
  stage.words_out = counts.words_out;
  stage.fill = chain_fill(estimate.modules);
  estimate.start_depth = counts.first_window;
  return estimate;
}

/// Cycles of a skipping layer whose groups take so many in the mean.
std::int64_t skipping_cycles(const FoldedLayer& layer, const LayerCounts& counts, double dot_cycles) {
  const std::int64_t rows = layer.window.height;
  const std::int64_t out_rows = layer.window.out_height();
  return whole_cycles(
      std::max({static_cast<double>(counts.dots) * dot_cycles, static_cast<double>(rows * rows * counts.beats),
                static_cast<double>(out_rows * out_rows * counts.out_beats)}));
}

LayerEstimate windowed(const FoldedLayer& layer, double dot_cycles, double sums_a_cycle) {
  const LayerCounts counts(layer);
  LayerEstimate estimate = estimate_of(counts, DotStage{1.0 / dot_cycles, sums_a_cycle, counts.beats, 0,
                                                        layer.folding.coarse_in, glue_words(counts, layer.folding)});
  estimate.stage.cycles = skipping_cycles(layer, counts, dot_cycles);
  estimate.fewest_cycles = skipping_cycles(layer, counts, 1.0);
  estimate.most_cycles = skipping_cycles(layer, counts, static_cast<double>(layer.group_pairs()));
  return estimate;
}

LayerEstimate pointwise(const FoldedLayer& layer, const SparseLanes& lanes) {
  const LayerCounts counts(layer);
  const auto cluster = static_cast<double>(layer.folding.macs);
  const auto pairs = static_cast<double>(layer.group_pairs());
  double slowest = 0.0;
  for (const ZeroHistogram& histogram : lanes.histograms) {
    slowest = std::max(slowest, 1.0 - std::min(histogram.mean_zero_fraction(), 1.0 - 1.0 / cluster));
  }
  const std::int64_t joined = layer.folding.coarse_in * layer.folding.macs;
  LayerEstimate estimate =
      estimate_of(counts, DotStage{1.0, 1.0, counts.beats, adder_tree(1), joined, glue_words(counts, layer.folding)});
  estimate.stage.cycles = skipping_cycles(layer, counts, slowest * pairs / cluster);
  estimate.fewest_cycles = skipping_cycles(layer, counts, pairs / cluster);
  estimate.most_cycles = skipping_cycles(layer, counts, pairs);
  return estimate;
}

}  // namespace

LayerEstimate PublishedModel::dense(const FoldedLayer& layer) const {
  const LayerCounts counts(layer);
  const Folding& folding = layer.folding;
  const std::int64_t words_a_pixel = layer.channels * layer.window.kernel * layer.window.kernel /
                                     (folding.macs * folding.coarse_in * folding.coarse_group);
  LayerEstimate estimate = estimate_of(counts, DotStage{1.0, 1.0, words_a_pixel, adder_tree(folding.macs),
                                                        folding.coarse_in, glue_words(counts, folding)});
  estimate.stage.cycles = std::max(counts.walked * counts.beats, counts.out_pixels * words_a_pixel * counts.filters);
  estimate.fewest_cycles = estimate.stage.cycles;
  estimate.most_cycles = estimate.stage.cycles;
  return estimate;
}

LayerEstimate PublishedModel::sparse(const FoldedLayer& layer, const SparseLanes& lanes) const {
  check_lanes(layer, lanes);
  if (layer.window.kernel == 1) {
    return pointwise(layer, lanes);
  }
  const LanePace pace = slowest_lane(lanes, layer.folding.macs);
  return windowed(layer, pace.dot_cycles, pace.sums_a_cycle);
}

LayerEstimate PublishedModel::mean_form(const FoldedLayer& layer, double sparsity) const {
  const auto cycles = static_cast<double>(mean_form_cycles(sparsity, layer.group_pairs(), layer.folding.macs));
  return windowed(layer, cycles, 1.0);
}

StageEstimate PublishedModel::rebundle(std::int64_t words_in, std::int64_t words_out) const {
  return {std::max(words_in, words_out), 1.0, 1.0, words_in, words_out, 0};
}

StageEstimate PublishedModel::global_pool(std::int64_t words_in, std::int64_t words_out) const {
  return {words_out, 1.0,       static_cast<double>(words_out) / static_cast<double>(words_in),
          words_in,  words_out, words_in};
}

}  // namespace millrace::sim::analytical
