#include "sim/analytical/trace_statistics.hpp"

#include <bit>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/statistics/window_histogram.hpp"
#include "sim/work/group_layout.hpp"
#include "sim/work/weight_groups.hpp"

namespace millrace::sim::analytical {
namespace {

EngineStatistics of_windows(const DotEngine& engine, const traces::Trace& trace, std::optional<Images> images) {
  const std::int64_t block = engine.folding.group_channels;
  const WindowHistogram counted = WindowHistogram::count(trace, engine.layer, Windows::kAll, block, images).value();
  EngineStatistics statistics;
  for (std::int64_t place = 0; place < counted.channels(); ++place) {
    std::vector<std::uint64_t> bins;
    for (std::int64_t zeros = 0; zeros <= counted.window_size(); ++zeros) {
      bins.push_back(engine.unit == UnitKind::kSkipActivations ? counted.activations(place, zeros)
                                                               : counted.products(place, zeros));
    }
    statistics.blocks.push_back(ZeroHistogram::of_counts(bins));
  }
  return statistics;
}

EngineStatistics of_weights(const DotEngine& engine, const traces::Trace& trace) {
  const GroupLayout layout(engine);
  const WeightGroups groups(engine, trace.weight_mask(engine.layer));
  const auto words = static_cast<std::size_t>(layout.words);
  EngineStatistics statistics;
  for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
    for (std::int64_t lane = 0; lane < layout.lane_units; ++lane) {
      std::vector<std::uint64_t> bins(static_cast<std::size_t>(layout.pairs) + 1);
      const std::span<const std::uint64_t> filters = groups.of_lane(beat, lane);
      for (std::size_t first = 0; first < filters.size(); first += words) {
        std::int64_t survivors = 0;
        for (const std::uint64_t word : filters.subspan(first, words)) {
          survivors += std::popcount(word);
        }
        ++bins[static_cast<std::size_t>(layout.pairs - survivors)];
      }
      statistics.blocks.push_back(ZeroHistogram::of_counts(bins));
    }
  }
  return statistics;
}

}  // namespace

EngineStatistics statistics_of(const DotEngine& engine, const traces::Trace& trace, std::optional<Images> images) {
  switch (engine.unit) {
    case UnitKind::kDense:
      return {};
    case UnitKind::kSkipWeights:
      return of_weights(engine, trace);
    case UnitKind::kSkipActivations:
    case UnitKind::kSkipBoth:
      return of_windows(engine, trace, images);
  }
  return {};
}

}  // namespace millrace::sim::analytical
