#include "sim/work/counted_work.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/work/band_shape.hpp"
#include "sim/work/cost_table.hpp"
#include "sim/work/simd/kernels.hpp"
#include "sim/work/weight_groups.hpp"
#include "sim/work/window_band.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t kNarrowMost = std::numeric_limits<std::uint8_t>::max();
/// Units whose sums are handed over together: what the kernels transpose at once.
constexpr std::int64_t kTileRows = 16;

/// Slots of a pixel that are counted before their sums go into the band.
std::size_t slots_of_tile(const DotEngine& engine, std::size_t slots) {
  const std::int64_t outs = engine.folding.coarse_out;
  return std::min(slots, static_cast<std::size_t>(kTileRows / std::gcd(kTileRows, outs)));
}

/// What slots have in common, whatever their units look at.
template <typename Container>
class CountedWork : public MaskWork {
 public:
  CountedWork(const DotEngine& engine, const traces::Trace& trace, Images images, const Kernels& kernels)
      : MaskWork(engine, images),
        kernels_(kernels),
        windows_(WindowBand<Container>::make(engine, trace, rows_of_band(engine), kernels)),
        cost_(make_cost_rule(engine)),
        outs_(static_cast<std::size_t>(engine.folding.coarse_out)),
        filters_(static_cast<std::size_t>(engine.array.words_per_accumulation)),
        columns_(static_cast<std::size_t>(engine.window.out_width())),
        slots_of_tile_(slots_of_tile(engine, windows_->slots())) {}

 protected:
  /// Counts one slot into `tile`, a row a unit; returns the pairs that reached a MAC.
  virtual std::int64_t count_slot(std::size_t slot, std::size_t pixels, std::size_t tile_row) = 0;
  /// Hands the rows of the tile over to `band`, from unit `first` of a pixel on.
  virtual void hand_over(std::size_t rows, std::size_t pixels, std::span<UnitWork> band, std::size_t first) = 0;

  /// A task for one slot, without filters.
  template <typename Sum>
  PairTask<Container, Sum> task_of(std::size_t slot, std::size_t pixels, Sum* cycles) const {
    PairTask<Container, Sum> task{};
    task.activations = windows_->slot(slot);
    task.cycles = cycles;
    task.pitch = windows_->pitch();
    task.pixels = pixels;
    task.words = windows_->words();
    task.cost = &cost_;
    return task;
  }
  template <typename Sum>
  TileTask<Sum> tile_task(const Sum* tile, std::size_t rows, std::size_t pixels, std::span<UnitWork> band,
                          std::size_t first) const {
    return {tile, windows_->pitch(), rows, pixels, band.data() + first, windows_->slots() * outs_};
  }
  const ContainerKernels<Container>& container_kernels() const { return kernels_for<Container>(kernels_); }
  std::size_t tile_size() const { return slots_of_tile_ * outs_ * windows_->pitch(); }

  const Kernels& kernels_;
  std::unique_ptr<WindowBand<Container>> windows_;
  CostRule cost_;
  std::size_t outs_;
  std::size_t filters_;

 private:
  std::int64_t count_rows(std::int64_t first, std::int64_t rows, std::span<UnitWork> band) override {
    windows_->gather(first, rows);
    const std::size_t pixels = static_cast<std::size_t>(rows) * columns_;
    std::int64_t survivors = 0;
    for (std::size_t slot = 0; slot < windows_->slots(); slot += slots_of_tile_) {
      const std::size_t count = std::min(slots_of_tile_, windows_->slots() - slot);
      for (std::size_t s = 0; s < count; ++s) {
        survivors += count_slot(slot + s, pixels, s * outs_);
      }
      hand_over(count * outs_, pixels, band, slot * outs_);
    }
    return survivors;
  }

  std::size_t columns_;
  std::size_t slots_of_tile_;
};

/// Units that skip pairs with a zero on either side.
template <typename Container, typename Sum>
class PairWork final : public CountedWork<Container> {
  using Base = CountedWork<Container>;

 public:
  PairWork(const DotEngine& engine, const traces::Trace& trace, Images images, const Kernels& kernels)
      : Base(engine, trace, images, kernels), tile_(this->tile_size()) {
    const WeightGroups groups(engine, trace.weight_mask(engine.layer));
    const GroupLayout layout(engine);
    for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
      for (std::int64_t lane = 0; lane < layout.lane_units; ++lane) {
        for (const std::uint64_t word : groups.of_lane(beat, lane)) {
          weights_.push_back(static_cast<Container>(word));
        }
      }
    }
  }

 private:
  std::int64_t count_slot(std::size_t slot, std::size_t pixels, std::size_t tile_row) override {
    PairTask<Container, Sum> task =
        this->template task_of<Sum>(slot, pixels, tile_.data() + tile_row * this->windows_->pitch());
    task.units = this->outs_;
    task.filters = this->filters_;
    task.weights = weights_.data() + slot * task.units * task.filters * task.words;
    if constexpr (sizeof(Sum) == 1) {
      return this->container_kernels().count_narrow(task);
    } else {
      return this->container_kernels().count_wide(task);
    }
  }

  void hand_over(std::size_t rows, std::size_t pixels, std::span<UnitWork> band, std::size_t first) override {
    const TileTask<Sum> task = this->tile_task(tile_.data(), rows, pixels, band, first);
    if constexpr (sizeof(Sum) == 1) {
      this->kernels_.narrow_to_band(task);
    } else {
      this->kernels_.wide_to_band(task);
    }
  }

  std::vector<Container> weights_;  ///< [slot][unit][filter][word]
  std::vector<Sum> tile_;
};

/// Units that skip zeros of activations only: all filters of a slot see the same pairs, so one is counted.
template <typename Container>
class ActivationWork final : public CountedWork<Container> {
  using Base = CountedWork<Container>;

 public:
  ActivationWork(const DotEngine& engine, const traces::Trace& trace, Images images, const Kernels& kernels)
      : Base(engine, trace, images, kernels),
        all_(this->windows_->words(), std::numeric_limits<Container>::max()),
        tile_(this->tile_size()) {}

 private:
  std::int64_t count_slot(std::size_t slot, std::size_t pixels, std::size_t tile_row) override {
    const std::size_t pitch = this->windows_->pitch();
    std::uint32_t* const unit = tile_.data() + tile_row * pitch;
    PairTask<Container, std::uint32_t> task = this->task_of(slot, pixels, unit);
    task.units = 1;
    task.filters = 1;
    task.weights = all_.data();
    const std::int64_t survivors = this->container_kernels().count_wide(task);
    const auto filters = static_cast<std::uint32_t>(this->filters_);
    std::transform(unit, unit + pixels, unit, [filters](std::uint32_t cycles) { return cycles * filters; });
    for (std::size_t out = 1; out < this->outs_; ++out) {
      std::copy_n(unit, pixels, unit + out * pitch);
    }
    return survivors * static_cast<std::int64_t>(this->outs_ * this->filters_);
  }

  void hand_over(std::size_t rows, std::size_t pixels, std::span<UnitWork> band, std::size_t first) override {
    this->kernels_.wide_to_band(this->tile_task(tile_.data(), rows, pixels, band, first));
  }

  std::vector<Container> all_;
  std::vector<std::uint32_t> tile_;
};

template <typename Container>
std::unique_ptr<MaskWork> make_in(const DotEngine& engine, const traces::Trace& trace, Images images,
                                  const Kernels& kernels) {
  if (engine.unit == UnitKind::kSkipActivations) {
    return std::make_unique<ActivationWork<Container>>(engine, trace, images, kernels);
  }
  const CostTable cost(engine);
  if (static_cast<std::size_t>(cost[engine.group_pairs()]) *
          static_cast<std::size_t>(engine.array.words_per_accumulation) <=
      kNarrowMost) {
    return std::make_unique<PairWork<Container, std::uint8_t>>(engine, trace, images, kernels);
  }
  return std::make_unique<PairWork<Container, std::uint32_t>>(engine, trace, images, kernels);
}

}  // namespace

std::unique_ptr<MaskWork> make_counted_work(const DotEngine& engine, const traces::Trace& trace, Images images,
                                            SimdLevel level) {
  const Kernels& kernels = kernels_of(level);
  const std::int64_t pairs = engine.group_pairs();
  if (pairs <= 8) {
    return make_in<std::uint8_t>(engine, trace, images, kernels);
  }
  if (pairs <= 16) {
    return make_in<std::uint16_t>(engine, trace, images, kernels);
  }
  if (pairs <= 32) {
    return make_in<std::uint32_t>(engine, trace, images, kernels);
  }
  return make_in<std::uint64_t>(engine, trace, images, kernels);
}

}  // namespace millrace::sim
