#include "sim/analytical/sparse_lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace millrace::sim::analytical {

void check_lanes(const FoldedLayer& layer, const SparseLanes& lanes) {
  const std::int64_t units = layer.folding.coarse_in * layer.folding.coarse_group;
  if (static_cast<std::int64_t>(lanes.histograms.size()) != units) {
    throw std::invalid_argument(
        fmt::format("{} histograms for {} lane units of a layer", lanes.histograms.size(), units));
  }
  for (const ZeroHistogram& histogram : lanes.histograms) {
    if (histogram.pairs() != layer.group_pairs()) {
      throw std::invalid_argument(
          fmt::format("a histogram of {} pairs for groups of {}", histogram.pairs(), layer.group_pairs()));
    }
  }
}

LanePace slowest_lane(const SparseLanes& lanes, std::int64_t macs) {
  const DotUnit unit{macs, lanes.empty};
  double dot_cycles = 0.0;
  double fewest_empty = 1.0;
  for (const ZeroHistogram& histogram : lanes.histograms) {
    dot_cycles = std::max(dot_cycles, mean_dot_cycles(histogram, unit));
    fewest_empty = std::min(fewest_empty, histogram.all_zero());
  }
  return {dot_cycles, lanes.empty == EmptyGroups::kFree ? 1.0 / (1.0 - fewest_empty) : 1.0};
}

}  // namespace millrace::sim::analytical
