#include "sim/work/fixed_work.hpp"

#include <algorithm>
#include <bit>

#include "sim/work/cost_table.hpp"
#include "sim/work/weight_groups.hpp"

namespace millrace::sim {
namespace {

std::int64_t set_bits(std::span<const std::uint64_t> words) {
  std::int64_t bits = 0;
  for (const std::uint64_t word : words) {
    bits += std::popcount(word);
  }
  return bits;
}

}  // namespace

FixedWork::FixedWork(const DotEngine& engine, const traces::MaskView& weights, Images images)
    : MaskWork(engine, images), columns_(engine.window.out_width()) {
  const CostTable cost(engine);
  const GroupLayout layout(engine);
  const WeightGroups groups(engine, weights);
  const auto words = static_cast<std::size_t>(layout.words);
  for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
    for (std::int64_t lane = 0; lane < layout.lane_units; ++lane) {
      for (std::int64_t out = 0; out < engine.folding.coarse_out; ++out) {
        const std::span<const std::uint64_t> unit = groups.of_unit(beat, lane, out);
        UnitWork cycles = 0;
        for (std::size_t filter = 0; filter < unit.size() / words; ++filter) {
          const std::int64_t pairs =
              engine.unit == UnitKind::kDense ? layout.pairs : set_bits(unit.subspan(filter * words, words));
          cycles += cost[pairs];
          macs_of_pixel_ += pairs;
        }
        // A window takes an edge even if every group of it is skipped.
        pixel_.push_back(std::max<UnitWork>(cycles, 1));
      }
    }
  }
}

std::int64_t FixedWork::count_rows(std::int64_t, std::int64_t rows, std::span<UnitWork> band) {
  for (std::size_t pixel = 0; pixel < band.size(); pixel += pixel_.size()) {
    std::copy(pixel_.begin(), pixel_.end(), band.begin() + static_cast<std::ptrdiff_t>(pixel));
  }
  return rows * columns_ * macs_of_pixel_;
}

}  // namespace millrace::sim
