// The analytical model of a plan: which formula each of its modules gets, and the pipeline that they make.
//
// A DotArray and the SlidingWindow before it are one layer. A SlidingWindow of its own (of a pool) walks the padded
// map. Rebundle and GlobalPool as the model has them; everything else passes a word a cycle. DMA engines are no stages:
// the published program has none, and the memory's bandwidth is not in these formulas. FIFOs of branches do not get the
// extra words of a concat.
#pragma once

#include <functional>
#include <vector>

#include "sim/analytical/layer_model.hpp"
#include "sim/analytical/pipeline_graph.hpp"
#include "sim/analytical/zero_histogram.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim::analytical {

/// What a trace says of the groups of one engine: a histogram a block of `group_channels` input channels, in the order
/// in which they travel, over all windows and all filters of the block's group. A zero is what the unit skips: the
/// weight's, the activation's, or either.
struct EngineStatistics {
  std::vector<ZeroHistogram> blocks;
};

/// By the histograms; of a dense unit without them. Throws std::invalid_argument if they are not of this engine.
LayerEstimate histogram_form(const LayerModel& model, const DotEngine& engine, const EngineStatistics& statistics);

/// By one histogram for all lanes, the mean of theirs: what the slowest lane is behind by is left out.
LayerEstimate even_lanes_form(const LayerModel& model, const DotEngine& engine, const EngineStatistics& statistics);

/// By their mean alone (HASS).
LayerEstimate mean_form(const LayerModel& model, const DotEngine& engine, const EngineStatistics& statistics);

using EngineEstimate = std::function<LayerEstimate(const DotEngine&)>;

/// Stages in the order of the plan's modules, named as they are.
PipelineGraph pipeline_graph(const Plan& plan, const LayerModel& model, const EngineEstimate& estimate);

}  // namespace millrace::sim::analytical
