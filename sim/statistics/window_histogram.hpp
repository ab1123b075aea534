// How many zeros the windows of each input channel hold: the statistic that fpgaConvNet's analytical model of sparse
// engines works on (attribute `channel_sparsity_hist`; its collector is sparsity/utils.py of fpgaconvnet-torch).
//
// For every image, every output position of the layer and every input channel there is one window: K x K activations,
// padding being zeros that count, as the collector pads before it cuts windows out and the hardware streams them too.
// Bin j counts what has exactly j zeros, j = 0 to K * K:
// - activations: windows with j zeros, each counted once. What a unit that looks at activations alone sees (PASS).
// - products: windows times filters of the channel's group, by j zero products, that is pairs in which the activation
//   or the weight of the filter is zero (HASS). Equal to the above times the filters where no weight is zero.
// A fully connected layer is a 1 x 1 layer on one pixel of all its inputs. (The collector leaves them out.)
// Where a unit looks at several channels at once, a block of that many stands for the channel in all of this: its
// windows are of K x K x block pairs.
//
// Patterns of up to 3 x 3 are counted first and met with the filters afterwards, so the time that filters take does not
// grow with the images. Memory is one window, the layer's weights, and 512 counts a channel.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "modules/process/module.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Which windows count.
enum class Windows {
  kAll,
  kInsideMap,  ///< those that hold no padding
};

class WindowHistogram {
 public:
  /// Counts the windows of a layer with weights. Nothing if its kernel is not square. `block` must divide the channels
  /// of a group; `images` are the first ones, or all. Throws TraceError if the trace has no masks for it.
  static std::optional<WindowHistogram> count(const traces::Trace& trace, traces::LayerId layer,
                                              Windows windows = Windows::kAll, std::int64_t block = 1,
                                              std::optional<Images> images = std::nullopt);

  /// Blocks, where they are of several channels.
  std::int64_t channels() const { return channels_; }
  /// K * K * block; a channel has one bin more.
  std::int64_t window_size() const { return window_size_; }
  std::int64_t filters_per_group() const { return filters_; }
  std::uint64_t activations(std::int64_t channel, std::int64_t zeros) const {
    return activations_[index(channel, zeros)];
  }
  std::uint64_t products(std::int64_t channel, std::int64_t zeros) const { return products_[index(channel, zeros)]; }
  /// Bin by bin of all channels together, as fractions that sum to 1; all 0 if nothing was counted.
  std::vector<double> mean_activations() const { return mean(activations_); }
  std::vector<double> mean_products() const { return mean(products_); }

 private:
  class Counter;
  WindowHistogram(std::int64_t channels, std::int64_t window_size, std::int64_t filters);
  std::size_t index(std::int64_t channel, std::int64_t zeros) const {
    return static_cast<std::size_t>(channel * (window_size_ + 1) + zeros);
  }
  std::vector<double> mean(const std::vector<std::uint64_t>& counts) const;

  std::int64_t channels_;
  std::int64_t window_size_;
  std::int64_t filters_;
  std::vector<std::uint64_t> activations_;
  std::vector<std::uint64_t> products_;
};

}  // namespace millrace::sim
