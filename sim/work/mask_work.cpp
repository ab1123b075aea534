#include "sim/work/mask_work.hpp"

#include <algorithm>
#include <bit>

#include "sim/work/cost_table.hpp"
#include "sim/work/group_kernel.hpp"
#include "sim/work/weight_groups.hpp"
#include "sim/work/window_groups.hpp"

namespace millrace::sim {
namespace {

std::int64_t count(std::span<const std::uint64_t> words) {
  std::int64_t bits = 0;
  for (const std::uint64_t word : words) {
    bits += std::popcount(word);
  }
  return bits;
}

/// Bands of one output row; derived classes work one pixel.
class BandedWork : public MaskWork {
 public:
  explicit BandedWork(const DotEngine& engine)
      : engine_(engine),
        layout_(engine),
        pixel_size_(static_cast<std::size_t>(layout_.beats_per_pixel * engine.array.units)),
        band_(pixel_size_ * static_cast<std::size_t>(engine.window.out_width())),
        dense_macs_a_band_(engine.window.out_width() * layout_.beats_per_pixel * engine.array.units *
                           engine.array.words_per_accumulation * layout_.pairs) {}

  std::span<const UnitWork> next_band() final {
    const auto start = std::chrono::steady_clock::now();
    std::fill(band_.begin(), band_.end(), 0);
    for (std::int64_t column = 0; column < engine_.window.out_width(); ++column) {
      const std::span<UnitWork> pixel =
          std::span(band_).subspan(static_cast<std::size_t>(column) * pixel_size_, pixel_size_);
      totals_.macs_done += work_pixel(image_, row_, column, pixel);
    }
    // A window takes an edge even if every group of it is skipped.
    std::transform(band_.begin(), band_.end(), band_.begin(),
                   [](UnitWork work) { return std::max<UnitWork>(work, 1); });
    totals_.dense_macs += dense_macs_a_band_;
    if (++row_ == engine_.window.out_height()) {
      row_ = 0;
      ++image_;
    }
    totals_.time += std::chrono::steady_clock::now() - start;
    return band_;
  }

  const WorkTotals& totals() const final { return totals_; }

 protected:
  /// Adds the cycles of every beat and unit of a pixel; returns the pairs that reached a MAC.
  virtual std::int64_t work_pixel(std::int64_t image, std::int64_t row, std::int64_t column,
                                  std::span<UnitWork> work) = 0;

  DotEngine engine_;
  GroupLayout layout_;

 private:
  std::size_t pixel_size_;
  std::vector<UnitWork> band_;
  std::int64_t dense_macs_a_band_;
  std::int64_t image_ = 0;
  std::int64_t row_ = 0;
  WorkTotals totals_;
};

/// Units that look at no activation: every pixel is the same.
class FixedWork final : public BandedWork {
 public:
  FixedWork(const DotEngine& engine, const traces::MaskView& weights) : BandedWork(engine) {
    const CostTable cost(engine);
    const WeightGroups groups(engine, weights);
    const std::int64_t filters = engine.array.words_per_accumulation;
    for (std::int64_t beat = 0; beat < layout_.beats_per_pixel; ++beat) {
      for (std::int64_t lane = 0; lane < layout_.lane_units; ++lane) {
        for (std::int64_t out = 0; out < engine.folding.coarse_out; ++out) {
          const std::span<const std::uint64_t> unit = groups.of_unit(beat, lane, out);
          UnitWork cycles = 0;
          for (std::int64_t filter = 0; filter < filters; ++filter) {
            const std::int64_t pairs = engine.unit == UnitKind::kDense
                                           ? layout_.pairs
                                           : count(unit.subspan(static_cast<std::size_t>(filter * layout_.words),
                                                                static_cast<std::size_t>(layout_.words)));
            cycles += cost[pairs];
            macs_done_ += pairs;
          }
          pixel_.push_back(cycles);
        }
      }
    }
  }

 private:
  std::int64_t work_pixel(std::int64_t, std::int64_t, std::int64_t, std::span<UnitWork> work) override {
    std::copy(pixel_.begin(), pixel_.end(), work.begin());
    return macs_done_;
  }

  std::vector<UnitWork> pixel_;
  std::int64_t macs_done_ = 0;
};

/// Units that skip zeros of activations only: all filters of a unit see the same pairs.
class ActivationWork final : public BandedWork {
 public:
  ActivationWork(const DotEngine& engine, traces::MaskView activations)
      : BandedWork(engine), cost_(engine), groups_(engine, activations) {}

 private:
  std::int64_t work_pixel(std::int64_t image, std::int64_t row, std::int64_t column,
                          std::span<UnitWork> work) override {
    const std::int64_t filters = engine_.array.words_per_accumulation;
    std::int64_t macs_done = 0;
    groups_.gather(image, row, column);
    auto unit = work.begin();
    for (std::int64_t beat = 0; beat < layout_.beats_per_pixel; ++beat) {
      for (std::int64_t lane = 0; lane < layout_.lane_units; ++lane) {
        const std::int64_t pairs = count(groups_.of(beat, lane));
        macs_done += pairs * filters * engine_.folding.coarse_out;
        unit = std::fill_n(unit, engine_.folding.coarse_out, cost_[pairs] * static_cast<UnitWork>(filters));
      }
    }
    return macs_done;
  }

  CostTable cost_;
  WindowGroups groups_;
};

/// Units that skip pairs with a zero on either side.
class PairWork final : public BandedWork {
 public:
  PairWork(const DotEngine& engine, traces::MaskView activations, const traces::MaskView& weights)
      : BandedWork(engine), cost_(engine), weights_(engine, weights), groups_(engine, activations) {}

 private:
  std::int64_t work_pixel(std::int64_t image, std::int64_t row, std::int64_t column,
                          std::span<UnitWork> work) override {
    const std::size_t outs = static_cast<std::size_t>(engine_.folding.coarse_out);
    std::int64_t macs_done = 0;
    groups_.gather(image, row, column);
    for (std::int64_t beat = 0; beat < layout_.beats_per_pixel; ++beat) {
      for (std::int64_t lane = 0; lane < layout_.lane_units; ++lane) {
        macs_done +=
            add_pair_cycles(weights_.of_lane(beat, lane), groups_.of(beat, lane), cost_.data(), work.first(outs));
        work = work.subspan(outs);
      }
    }
    return macs_done;
  }

  CostTable cost_;
  WeightGroups weights_;
  WindowGroups groups_;
};

}  // namespace

std::unique_ptr<MaskWork> MaskWork::make(const DotEngine& engine, const traces::Trace& trace) {
  switch (engine.unit) {
    case UnitKind::kDense:
    case UnitKind::kSkipWeights:
      return std::make_unique<FixedWork>(engine, trace.weight_mask(engine.layer));
    case UnitKind::kSkipActivations:
      return std::make_unique<ActivationWork>(engine, trace.activation_mask(engine.input));
    case UnitKind::kSkipBoth:
      break;
  }
  return std::make_unique<PairWork>(engine, trace.activation_mask(engine.input), trace.weight_mask(engine.layer));
}

}  // namespace millrace::sim
