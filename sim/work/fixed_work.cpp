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
    : MaskWork(engine, images), columns_(engine.window.out_width()), pixel_(make_band()) {
  std::vector<UnitWork> pixel;
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
        pixel.push_back(std::max<UnitWork>(cycles, 1));
      }
    }
  }
  pixel_.append(pixel);
}

std::int64_t FixedWork::count_rows(std::int64_t, std::int64_t rows, NarrowWork& band) {
  std::visit(
      [&]<typename Number>(std::span<const Number> pixel) {
        const std::span<Number> numbers = band.numbers<Number>();
        for (std::size_t first = 0; first < numbers.size(); first += pixel.size()) {
          std::copy(pixel.begin(), pixel.end(), numbers.begin() + static_cast<std::ptrdiff_t>(first));
        }
      },
      pixel_.band());
  return rows * columns_ * macs_of_pixel_;
}

}  // namespace millrace::sim
