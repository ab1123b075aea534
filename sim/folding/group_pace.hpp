// Cycles that the units of a layer take for a group of pairs, on average, as the trace's own histograms have them.
//
// Of the slowest lane unit: E[T] is the mean over all images, windows, filters and blocks that it works of
// ceil(survivors / macs), 1 for a group without any. A dense unit, and any unit where the trace has no masks, takes
// ceil(pairs / macs).
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "sim/analytical/zero_histogram.hpp"
#include "sim/plan/folded_layer.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class GroupPace {
 public:
  /// The trace must outlive this.
  GroupPace(const traces::Trace& trace, traces::LayerId layer, UnitKind unit);

  double cycles(const FoldedLayer& layer);

 private:
  using Histograms = std::vector<analytical::ZeroHistogram>;

  const Histograms& blocks(std::int64_t group_channels);
  const std::vector<double>& mean_cycles(std::int64_t group_channels, std::int64_t macs);

  const traces::Trace& trace_;
  traces::LayerId layer_;
  UnitKind unit_;
  std::map<std::int64_t, Histograms> blocks_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<double>> means_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, double> slowest_;
};

}  // namespace millrace::sim
