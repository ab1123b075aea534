// What a folded layer amounts to per image: pixels, words and dot products, as the formulas use them (in brackets:
// their letters). A word is what one lane carries in one beat.
#pragma once

#include <cstdint>

#include "sim/plan/folded_layer.hpp"

namespace millrace::sim::analytical {

struct LayerCounts {
  explicit LayerCounts(const FoldedLayer& layer);

  std::int64_t in_pixels;     ///< H * W
  std::int64_t walked;        ///< positions of the padded map (Hp * Wp)
  std::int64_t out_pixels;    ///< Ho * Wo
  std::int64_t beats;         ///< of an input pixel: channels that a lane carries (Cs)
  std::int64_t filters;       ///< that a unit works through for every window (Fs)
  std::int64_t out_beats;     ///< of an output pixel: F / lanes
  std::int64_t dots;          ///< dot products of a unit: Ho * Wo * Cs * Fs (Wl)
  std::int64_t words_in;      ///< H * W * Cs
  std::int64_t words_out;     ///< Ho * Wo * F / lanes
  std::int64_t line_fill;     ///< words that the line and window buffers hold: (K - 1) * Wp * Cs + (K - 1) * Cs
  std::int64_t first_window;  ///< real words in before the first output can be worked ("start depth")
  std::int64_t operations;    ///< two a multiplication, dense: 2 * Ho * Wo * F * C / g * K * K
};

}  // namespace millrace::sim::analytical
