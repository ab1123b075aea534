// The work of an engine's units, from the masks of a trace: pairs that survive are counted bit by bit, for every
// window, group, filter and unit.
//
// Which pairs survive: dense all, skip_weights those with a weight, skip_activations those with an activation,
// skip_both those with both. Padding is zeros. A window costs a unit the sum over its filters of CostTable, and at
// least 1 cycle.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "modules/engine/work_source.hpp"
#include "modules/process/module.hpp"
#include "modules/simd/level.hpp"
#include "sim/plan/plan.hpp"
#include "sim/work/narrow_work.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// What the units of an engine did over a whole run.
struct WorkTotals {
  std::int64_t macs_done = 0;       ///< pairs that reached a MAC
  std::int64_t dense_macs = 0;      ///< pairs in all, padding included
  std::chrono::nanoseconds time{};  ///< spent counting
};

/// Counts one band of output rows after the other; memory does not depend on the number of images.
class MaskWork {
 public:
  /// For the first `images` images of the trace, which must outlive this. Needs a level that this processor has. Throws
  /// TraceError if the trace has no masks for the layer.
  static std::unique_ptr<MaskWork> make(const DotEngine& engine, const traces::Trace& trace, Images images,
                                        SimdLevel level);
  virtual ~MaskWork() = default;

  /// True behind the last band.
  bool finished() const { return next_row_ == rows_; }
  /// What next_band() fills: as narrow as the longest window of the engine allows.
  NarrowWork make_band() const { return NarrowWork(longest_); }
  /// The next band, window-major, all units of a window together, into what make_band() made. Needs that it is not
  /// finished.
  void next_band(NarrowWork& band);

  const WorkTotals& totals() const { return totals_; }

 protected:
  MaskWork(const DotEngine& engine, Images images);

  /// Fills the windows of `rows` output rows, counted over all images, from `first` on. Returns the pairs that reached
  /// a MAC.
  virtual std::int64_t count_rows(std::int64_t first, std::int64_t rows, NarrowWork& band) = 0;

 private:
  std::int64_t rows_;
  std::int64_t rows_of_band_;
  std::int64_t next_row_ = 0;
  std::size_t row_size_;
  std::int64_t dense_macs_of_row_;
  std::uint64_t longest_;
  WorkTotals totals_;
};

}  // namespace millrace::sim
