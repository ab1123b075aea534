#include "sim/work/counted_work.hpp"

#include <algorithm>
#include <limits>

#include "sim/work/band_shape.hpp"
#include "sim/work/cost_table.hpp"
#include "sim/work/filter_chunks.hpp"
#include "sim/work/simd/kernels.hpp"
#include "sim/work/weight_groups.hpp"
#include "sim/work/window_band.hpp"

namespace millrace::sim {
namespace {

/// Slots of a pixel that are counted before their sums go into the band: what fills a tile, or comes near.
template <typename Sum>
std::size_t slots_of_tile(std::size_t outs, std::size_t slots) {
  return std::clamp<std::size_t>(kTileRows<Sum> / outs, 1, slots);
}

/// What slots have in common, whatever their units look at.
template <typename Container, typename Sum>
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
        slots_of_tile_(slots_of_tile<Sum>(outs_, windows_->slots())),
        tile_(slots_of_tile_ * outs_ * windows_->pitch()) {}

 protected:
  /// Counts slots into `tile`, a row of pitch() sums a slot and unit; returns the pairs that reached a MAC.
  virtual std::int64_t count_slots(std::size_t first, std::size_t count, std::size_t lanes, Sum* tile) = 0;
  /// A task for slots from `first` on, without filters.
  PairTask<Container, Sum> task_of(std::size_t first, std::size_t lanes, Sum* cycles) const {
    PairTask<Container, Sum> task{};
    task.activations = windows_->slot(first);
    task.cycles = cycles;
    task.pitch = windows_->pitch();
    task.lanes = lanes;
    task.words = windows_->words();
    task.cost = &cost_;
    return task;
  }
  std::int64_t count(const PairTask<Container, Sum>& task) const {
    return count_kernel<Sum>(kernels_for<Container>(kernels_))(task);
  }

  const Kernels& kernels_;
  std::unique_ptr<WindowBand<Container>> windows_;
  CostRule cost_;
  std::size_t outs_;
  std::size_t filters_;

 private:
  std::int64_t count_rows(std::int64_t first, std::int64_t rows, NarrowWork& band) override {
    windows_->gather(first, rows);
    const std::size_t lanes = static_cast<std::size_t>(rows) * windows_->row_lanes();
    std::int64_t survivors = 0;
    for (std::size_t slot = 0; slot < windows_->slots(); slot += slots_of_tile_) {
      const std::size_t count = std::min(slots_of_tile_, windows_->slots() - slot);
      survivors += count_slots(slot, count, lanes, tile_.data());
      hand_over(count * outs_, lanes, band.numbers<Sum>().data() + slot * outs_);
    }
    return survivors;
  }

  /// The rows of the tile to `band`, from unit 0 of the first pixel on.
  void hand_over(std::size_t rows, std::size_t lanes, Sum* band) const {
    for (std::size_t row = 0; row < rows; row += kTileRows<Sum>) {
      tile_kernel<Sum>(kernels_)({.tile = tile_.data() + row * windows_->pitch(),
                                  .pitch = windows_->pitch(),
                                  .rows = std::min(kTileRows<Sum>, rows - row),
                                  .lanes = lanes,
                                  .row_lanes = windows_->row_lanes(),
                                  .columns = columns_,
                                  .band = band + row,
                                  .band_pitch = windows_->slots() * outs_});
    }
  }

  std::size_t columns_;
  std::size_t slots_of_tile_;
  std::vector<Sum> tile_;
};

/// Units that skip pairs with a zero on either side.
template <typename Container, typename Sum>
class PairWork final : public CountedWork<Container, Sum> {
  using Base = CountedWork<Container, Sum>;

 public:
  PairWork(const DotEngine& engine, const traces::Trace& trace, Images images, const Kernels& kernels)
      : Base(engine, trace, images, kernels) {
    const WeightGroups groups(engine, trace.weight_mask(engine.layer));
    const GroupLayout layout(engine);
    for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
      for (std::int64_t lane = 0; lane < layout.lane_units; ++lane) {
        for (const std::uint64_t word : groups.of_lane(beat, lane)) {
          weights_.push_back(static_cast<Container>(word));
        }
      }
    }
    chunks_ = filter_chunks<Container>(weights_, this->filters_, this->windows_->words(),
                                       static_cast<std::size_t>(engine.group_pairs()), this->cost_.least);
  }

 private:
  std::int64_t count_slots(std::size_t first, std::size_t count, std::size_t lanes, Sum* tile) override {
    PairTask<Container, Sum> task = this->task_of(first, lanes, tile);
    task.slots = count;
    task.units = this->outs_;
    task.filters = this->filters_;
    task.chunks = chunks_;
    task.weights = weights_.data() + first * task.units * task.filters * task.words;
    return this->count(task);
  }

  std::vector<Container> weights_;  ///< [slot][unit][filter][word]
  Chunks chunks_{};
};

/// Units that skip zeros of activations only: all filters of a slot see the same pairs, so one is counted.
template <typename Container, typename Sum>
class ActivationWork final : public CountedWork<Container, Sum> {
  using Base = CountedWork<Container, Sum>;

 public:
  ActivationWork(const DotEngine& engine, const traces::Trace& trace, Images images, const Kernels& kernels)
      : Base(engine, trace, images, kernels), all_(this->windows_->words(), std::numeric_limits<Container>::max()) {}

 private:
  std::int64_t count_slots(std::size_t first, std::size_t count, std::size_t lanes, Sum* tile) override {
    std::int64_t survivors = 0;
    for (std::size_t slot = 0; slot < count; ++slot) {
      Sum* const cycles = tile + slot * this->outs_ * this->windows_->pitch();
      PairTask<Container, Sum> task = this->task_of(first + slot, lanes, cycles);
      task.slots = 1;
      task.units = 1;
      task.filters = 1;
      task.chunks = {1, 1};
      task.weights = all_.data();
      survivors += this->count(task);
      std::transform(cycles, cycles + lanes, cycles,
                     [this](Sum number) { return static_cast<Sum>(number * this->filters_); });
      for (std::size_t out = 1; out < this->outs_; ++out) {
        std::copy_n(cycles, lanes, cycles + out * this->windows_->pitch());
      }
    }
    return survivors * static_cast<std::int64_t>(this->outs_ * this->filters_);
  }

  std::vector<Container> all_;
};

template <typename Container, typename Sum>
std::unique_ptr<MaskWork> make_with(const DotEngine& engine, const traces::Trace& trace, Images images,
                                    const Kernels& kernels) {
  if (engine.unit == UnitKind::kSkipActivations) {
    return std::make_unique<ActivationWork<Container, Sum>>(engine, trace, images, kernels);
  }
  return std::make_unique<PairWork<Container, Sum>>(engine, trace, images, kernels);
}

template <typename Container>
std::unique_ptr<MaskWork> make_in(const DotEngine& engine, const traces::Trace& trace, Images images,
                                  const Kernels& kernels) {
  const auto make = [&]<typename Sum>(std::span<const Sum>) {
    return make_with<Container, Sum>(engine, trace, images, kernels);
  };
  return std::visit(make, NarrowWork(longest_window(engine)).band());
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
