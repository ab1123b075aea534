// What the dot units of a convolution compute: every unit its own products and sums, dispatched as the hardware does.
//
// Unit (g, i, o) of coarse_group x coarse_in x coarse_out. Lane unit g * coarse_in + i of a window takes the channels
// [i * gc, (i + 1) * gc) of the g-th of the parallel groups' part of the word. Of each of its filters j * coarse_out +
// o a unit keeps a sum; output word j is made of the sums j, added over i, lane g * coarse_out + o.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "modules/engine/dot_array.hpp"
#include "tests/modules/support/convolution.hpp"

namespace millrace {

struct Folding {
  std::int64_t coarse_in = 1;
  std::int64_t coarse_out = 1;
  std::int64_t coarse_group = 1;
  std::int64_t group_channels = 1;  ///< that a unit takes of a window

  std::int64_t units() const { return coarse_in * coarse_out * coarse_group; }
  std::int64_t lanes_in() const { return coarse_in * coarse_group * group_channels; }
  std::int64_t lanes_out() const { return coarse_out * coarse_group; }
};

/// Of an engine that computes the layer with the folding.
DotArrayParameters dot_array_of(const Convolution& layer, const Folding& folding);

class ConvolutionFunction final : public DotFunction<Values> {
 public:
  /// What becomes of a sum, bias included.
  using Activation = std::function<std::int32_t(std::int64_t sum)>;

  ConvolutionFunction(Convolution layer, Folding folding, Activation activation = activate);

  void window(const Values& window) override;
  Values next_output() override;

 private:
  struct Unit {
    std::int64_t group;
    std::int64_t lane_unit;
    std::int64_t beat_channel;  ///< first of its channels in its group, in beat 0
    std::int64_t filter;        ///< first of its filters in its group
    std::vector<std::int64_t> sums;
  };

  void add_products(Unit& unit, const Values& window) const;
  void hand_over();

  Convolution layer_;
  Folding folding_;
  Activation activation_;
  DotArrayParameters parameters_;
  std::vector<Unit> units_;
  std::int64_t beat_ = 0;
  std::int64_t first_group_ = 0;
  std::deque<Values> outputs_;
};

}  // namespace millrace
