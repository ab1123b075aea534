// The statistics of an engine from a trace: what its units see as zero, in groups of as many channels as they look at.
//   skip_activations  windows of the input, padding being zeros; every filter sees the same
//   skip_both         the products of those windows with every filter
//   skip_weights      the weights of every filter; the same at every pixel
#pragma once

#include <optional>

#include "sim/analytical/plan_model.hpp"
#include "traces/trace.hpp"

namespace millrace::sim::analytical {

/// Over the first `images`, or all. No blocks for a dense unit. Throws TraceError if the trace has no masks.
EngineStatistics statistics_of(const DotEngine& engine, const traces::Trace& trace,
                               std::optional<Images> images = std::nullopt);

}  // namespace millrace::sim::analytical
