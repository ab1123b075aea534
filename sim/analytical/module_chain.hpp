// The modules of one convolution in the order in which words pass them: pad, sliding window, squeeze, fork, vector dot,
// accum, glue. Each has a rate on either side (words a lane and cycle), its cycles an image and its fill:
//
//   pad             H*W/(Hp*Wp) / 1            0                zeros inserted between the words cost cycles
//   sliding window  1 / Ho*Wo/(Hp*Wp)          (K-1)*(Wp+1)*Cs
//   squeeze, fork   1 / 1                      0                squeeze: of dense units only
//   vector dot      R/Fs / R                   the multiplier and adder tree
//   accum           a / min(Ca, a)/Ca          Ca*Fs            Ca partial sums a pixel and filter, a of them a cycle
//   glue            1 / 1                      inputs joined
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/analytical/layer_counts.hpp"
#include "sim/analytical/layer_estimate.hpp"

namespace millrace::sim::analytical {

/// The part of the chain that is not a matter of shape.
struct DotStage {
  double dots_a_cycle = 1.0;      ///< R of the slowest lane; infinite if its groups cost nothing
  double sums_a_cycle = 1.0;      ///< a: 1, or more where empty groups are never handed on
  std::int64_t sums_a_pixel = 1;  ///< Ca: partial sums of a unit a pixel and filter
  std::int64_t dot_fill = 0;
  std::int64_t joined = 1;    ///< streams that the glue adds
  double joined_words = 0.0;  ///< words out of the glue an image
};

/// A rate that is infinite is left empty, as the published files have it.
ModuleEstimate passing(std::string_view name, double words_in, double rate_in, double words_out, double rate_out,
                       std::int64_t fill);

/// `squeeze` included.
std::vector<ModuleEstimate> module_chain(const LayerCounts& counts, const DotStage& dots);

/// Sum of the modules' fills.
std::int64_t chain_fill(const std::vector<ModuleEstimate>& modules);

}  // namespace millrace::sim::analytical
