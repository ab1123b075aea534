// Which zeros the edges of a made-up trace have.
//
// A rule belongs to an edge. Users name layers, and mean the edge that the layer reads: layers that read the same edge
// share it. Edges behind pools, additions and forks get rules of their own, so they do not follow from what was before.
#pragma once

#include <cstdint>
#include <map>
#include <variant>
#include <vector>

#include "sim/synth/layer_numbers.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Independent zeros. A fully connected layer's edge may have one density for each of its H*W*C elements.
struct IndependentZeros {
  std::vector<double> densities;  ///< of non-zeros, by channel
};

/// In every image and channel, all windows inside the map have the same number of zeros, drawn for that image and
/// channel. Windows that hold padding have more.
struct WindowZeros {
  std::int64_t kernel = 1;
  std::vector<std::vector<std::uint64_t>> weights;  ///< by channel: of drawing 0, 1, ... kernel * kernel zeros
};

using EdgeRule = std::variant<IndependentZeros, WindowZeros>;
using EdgeRules =
    std::map<std::size_t, EdgeRule>;  ///< by EdgeId::index, one for every edge that a layer with weights reads

/// Throws ConfigError: unknown layers, a layer without a density, two for one edge that differ.
EdgeRules density_rules(const traces::Network& network, const LayerNumbers& densities);

/// Every window of every channel has exactly the given number of zeros; the kernel is that of the edge's first reader
/// with weights. Throws ConfigError as density_rules() does, and for more zeros than a window has positions.
EdgeRules window_zero_rules(const traces::Network& network, const LayerNumbers& zeros);

/// The windows' zeros are drawn from those that `source` has inside its maps, by layer name and channel; the layer is
/// the edge's first reader with weights. For 1 x 1 kernels, and where no window lies inside the map, channels get
/// independent zeros of the densities that they have in `source`. What is kept is each channel's histogram, the better
/// the more images; not the order of windows, and not what channels have in common. Throws ConfigError, which begins
/// with the source's file, if it has no such layer, or one with another kernel or other channels, or no masks.
EdgeRules histogram_rules(const traces::Network& network, const traces::Trace& source);

}  // namespace millrace::sim
