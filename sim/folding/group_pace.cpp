#include "sim/folding/group_pace.hpp"

#include <algorithm>

#include "sim/analytical/dot_cycles.hpp"
#include "sim/analytical/trace_statistics.hpp"
#include "sim/plan/dot_geometry.hpp"
#include "sim/resources/ceil_div.hpp"

namespace millrace::sim {
namespace {

/// One lane unit that works all blocks and all filters, one after the other.
DotEngine one_unit(const traces::Network& network, traces::LayerId layer, UnitKind unit, std::int64_t group_channels) {
  DotEngine engine;
  static_cast<DotGeometry&>(engine) = dot_geometry(network, network.layer(layer));
  engine.folding.group_channels = group_channels;
  engine.array.words_per_accumulation = engine.filters / engine.groups;
  engine.unit = unit;
  engine.layer = layer;
  engine.input = network.layer(layer).inputs.front();
  return engine;
}

double slowest_lane(const std::vector<double>& blocks, std::int64_t lanes) {
  const auto step = static_cast<std::size_t>(lanes);
  const std::size_t blocks_of_lane = blocks.size() / step;
  double slowest = 0.0;
  for (std::size_t lane = 0; lane < step; ++lane) {
    double sum = 0.0;
    for (std::size_t block = lane; block < blocks.size(); block += step) {
      sum += blocks[block];
    }
    slowest = std::max(slowest, sum / static_cast<double>(blocks_of_lane));
  }
  return slowest;
}

}  // namespace

GroupPace::GroupPace(const traces::Trace& trace, traces::LayerId layer, UnitKind unit)
    : trace_(trace), layer_(layer), unit_(unit) {}

double GroupPace::cycles(const FoldedLayer& layer) {
  const Folding& folding = layer.folding;
  if (unit_ == UnitKind::kDense || !trace_.has_masks()) {
    return static_cast<double>(ceil_div(layer.group_pairs(), folding.macs));
  }
  const std::int64_t lanes = folding.coarse_in * folding.coarse_group;
  const auto [found, is_new] = slowest_.try_emplace({folding.group_channels, folding.macs, lanes});
  if (is_new) {
    found->second = slowest_lane(mean_cycles(folding.group_channels, folding.macs), lanes);
  }
  return found->second;
}

const GroupPace::Histograms& GroupPace::blocks(std::int64_t group_channels) {
  const auto [found, is_new] = blocks_.try_emplace(group_channels);
  if (is_new) {
    const DotEngine engine = one_unit(trace_.network(), layer_, unit_, group_channels);
    found->second = analytical::statistics_of(engine, trace_).blocks;
  }
  return found->second;
}

const std::vector<double>& GroupPace::mean_cycles(std::int64_t group_channels, std::int64_t macs) {
  const auto [found, is_new] = means_.try_emplace({group_channels, macs});
  if (is_new) {
    for (const analytical::ZeroHistogram& block : blocks(group_channels)) {
      found->second.push_back(analytical::mean_dot_cycles(block, {macs, analytical::EmptyGroups::kOneCycle}));
    }
  }
  return found->second;
}

}  // namespace millrace::sim
