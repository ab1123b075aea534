#include "sim/statistics/window_histogram.hpp"

#include <bit>
#include <numeric>
#include <span>

#include "sim/plan/dot_geometry.hpp"
#include "sim/statistics/channel_counts.hpp"
#include "sim/work/weight_groups.hpp"
#include "sim/work/window_groups.hpp"

namespace millrace::sim {
namespace {

using Pattern = std::span<const std::uint64_t>;

/// Up to here all patterns of a channel have a count of their own.
constexpr std::int64_t kLargestCounted = 9;

/// One block a group, one unit that works all filters: groups of window and weights are those of a block.
DotEngine engine_by_block(const traces::Network& network, traces::LayerId id, std::int64_t block) {
  const DotGeometry geometry = dot_geometry(network, network.layer(id));
  DotEngine engine;
  engine.window = geometry.window;
  engine.channels = geometry.channels;
  engine.filters = geometry.filters;
  engine.groups = geometry.groups;
  engine.folding.group_channels = block;
  engine.array.words_per_accumulation = geometry.filters / geometry.groups;
  engine.layer = id;
  engine.input = network.layer(id).inputs.front();
  return engine;
}

std::int64_t survivors(Pattern activations, Pattern weights) {
  std::int64_t bits = 0;
  for (std::size_t word = 0; word < activations.size(); ++word) {
    bits += std::popcount(activations[word] & weights[word]);
  }
  return bits;
}

bool is_inside(const WindowShape& window, std::int64_t out_row, std::int64_t out_column) {
  const std::int64_t row = out_row * window.stride - window.pad_top;
  const std::int64_t column = out_column * window.stride - window.pad_left;
  return row >= 0 && column >= 0 && row + window.kernel <= window.height && column + window.kernel <= window.width;
}

}  // namespace

/// Fills in one histogram, window by window.
class WindowHistogram::Counter {
 public:
  Counter(WindowHistogram& result, const DotEngine& engine, const traces::Trace& trace)
      : result_(result),
        engine_(engine),
        mask_(trace.weight_mask(engine.layer)),
        groups_(engine, trace.activation_mask(engine.input)) {
    if (result.window_size_ <= kLargestCounted) {
      patterns_.resize(static_cast<std::size_t>(result.channels_) << result.window_size_);
    }
    // A 1 x 1 window needs no filter by itself, and 64 bits for each of its weights would be many.
    if (result.window_size_ > 1) {
      weights_.emplace(engine, mask_);
    }
  }

  void add_window(std::int64_t image, std::int64_t row, std::int64_t column) {
    groups_.gather(image, row, column);
    for (std::int64_t channel = 0; channel < result_.channels_; ++channel) {
      const Pattern pattern = groups_.of(channel, 0);
      if (patterns_.empty()) {
        add(channel, pattern, 1);
      } else {
        ++patterns_[(static_cast<std::size_t>(channel) << result_.window_size_) + pattern.front()];
      }
    }
  }

  void finish() {
    if (result_.window_size_ == 1) {
      finish_pixels();
      return;
    }
    for (std::size_t index = 0; index < patterns_.size(); ++index) {
      const std::uint64_t pattern = index & ((std::size_t{1} << result_.window_size_) - 1);
      if (patterns_[index] != 0) {
        add(static_cast<std::int64_t>(index >> result_.window_size_), {&pattern, 1}, patterns_[index]);
      }
    }
  }

 private:
  void add(std::int64_t channel, Pattern pattern, std::uint64_t times) {
    const std::int64_t size = result_.window_size_;
    const std::int64_t zeros = size - survivors(pattern, pattern);
    result_.activations_[result_.index(channel, zeros)] += times;
    if (zeros == size) {
      result_.products_[result_.index(channel, size)] += times * static_cast<std::uint64_t>(result_.filters_);
      return;
    }
    const Pattern weights = weights_->of_lane(channel, 0);
    for (std::size_t first = 0; first < weights.size(); first += pattern.size()) {
      const std::int64_t pairs = survivors(pattern, weights.subspan(first, pattern.size()));
      result_.products_[result_.index(channel, size - pairs)] += times;
    }
  }

  /// A product of a 1 x 1 window is not zero where activation and weight are not: windows times filters.
  void finish_pixels() {
    const std::int64_t group_channels = engine_.channels / engine_.groups;
    for (std::int64_t group = 0; group < engine_.groups; ++group) {
      const std::int64_t group_filters = mask_.outer() / engine_.groups;
      const std::vector<std::uint64_t> filters =
          channel_counts(mask_, group * group_filters, group_filters, group_channels);
      for (std::int64_t inner = 0; inner < group_channels; ++inner) {
        const std::int64_t channel = group * group_channels + inner;
        const std::uint64_t zeros = patterns_[static_cast<std::size_t>(2 * channel)];
        const std::uint64_t ones = patterns_[static_cast<std::size_t>(2 * channel + 1)];
        const std::uint64_t survivors = ones * filters[static_cast<std::size_t>(inner)];
        result_.activations_[result_.index(channel, 0)] = ones;
        result_.activations_[result_.index(channel, 1)] = zeros;
        result_.products_[result_.index(channel, 0)] = survivors;
        result_.products_[result_.index(channel, 1)] =
            (zeros + ones) * static_cast<std::uint64_t>(result_.filters_) - survivors;
      }
    }
  }

  WindowHistogram& result_;
  const DotEngine& engine_;
  traces::MaskView mask_;
  std::optional<WeightGroups> weights_;
  WindowGroups groups_;
  std::vector<std::uint64_t> patterns_;  ///< by channel and pattern; empty for larger windows
};

WindowHistogram::WindowHistogram(std::int64_t channels, std::int64_t window_size, std::int64_t filters)
    : channels_(channels),
      window_size_(window_size),
      filters_(filters),
      activations_(index(channels, 0)),
      products_(index(channels, 0)) {}

std::optional<WindowHistogram> WindowHistogram::count(const traces::Trace& trace, traces::LayerId layer,
                                                      Windows windows, std::int64_t block,
                                                      std::optional<Images> images) {
  if (!has_square_kernel(trace.network().layer(layer))) {
    return std::nullopt;
  }
  const DotEngine engine = engine_by_block(trace.network(), layer, block);
  const WindowShape& shape = engine.window;
  WindowHistogram result(engine.channels / block, engine.group_pairs(), engine.filters / engine.groups);
  Counter counter(result, engine, trace);
  const std::int64_t counted = images ? images->count : std::ssize(trace.images());
  for (std::int64_t image = 0; image < counted; ++image) {
    for (std::int64_t row = 0; row < shape.out_height(); ++row) {
      for (std::int64_t column = 0; column < shape.out_width(); ++column) {
        if (windows == Windows::kAll || is_inside(shape, row, column)) {
          counter.add_window(image, row, column);
        }
      }
    }
  }
  counter.finish();
  return result;
}

std::vector<double> WindowHistogram::mean(const std::vector<std::uint64_t>& counts) const {
  std::vector<double> bins(static_cast<std::size_t>(window_size_ + 1));
  const double sum = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  for (std::size_t i = 0; i < counts.size() && sum > 0.0; ++i) {
    bins[i % bins.size()] += static_cast<double>(counts[i]) / sum;
  }
  return bins;
}

}  // namespace millrace::sim
