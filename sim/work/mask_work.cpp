#include "sim/work/mask_work.hpp"

#include <algorithm>

#include "sim/work/band_shape.hpp"
#include "sim/work/cost_table.hpp"
#include "sim/work/counted_work.hpp"
#include "sim/work/fixed_work.hpp"

namespace millrace::sim {

std::unique_ptr<MaskWork> MaskWork::make(const DotEngine& engine, const traces::Trace& trace, Images images,
                                         SimdLevel level) {
  switch (engine.unit) {
    case UnitKind::kDense:
    case UnitKind::kSkipWeights:
      return std::make_unique<FixedWork>(engine, trace.weight_mask(engine.layer), images);
    case UnitKind::kSkipActivations:
    case UnitKind::kSkipBoth:
      break;
  }
  return make_counted_work(engine, trace, images, level);
}

MaskWork::MaskWork(const DotEngine& engine, Images images)
    : rows_(images.count * engine.window.out_height()),
      rows_of_band_(rows_of_band(engine)),
      row_size_(static_cast<std::size_t>(engine.windows_per_image() / engine.window.out_height() * engine.array.units)),
      dense_macs_of_row_(engine.windows_per_image() / engine.window.out_height() * engine.array.units *
                         engine.array.words_per_accumulation * engine.group_pairs()),
      longest_(longest_window(engine)) {}

void MaskWork::next_band(NarrowWork& band) {
  const auto start = std::chrono::steady_clock::now();
  const std::int64_t rows = std::min(rows_of_band_, rows_ - next_row_);
  band.resize(static_cast<std::size_t>(rows) * row_size_);
  totals_.macs_done += count_rows(next_row_, rows, band);
  totals_.dense_macs += rows * dense_macs_of_row_;
  next_row_ += rows;
  totals_.time += std::chrono::steady_clock::now() - start;
}

}  // namespace millrace::sim
