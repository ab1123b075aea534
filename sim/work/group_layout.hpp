// Which pairs stand side by side in a group, and how groups are numbered.
//
// A unit looks at the M = K * K * group_channels pairs of one window position and group_channels channels at once. Bits
// of a group: kernel position outermost (row, column), channel innermost; packed into ceil(M / 64) 64-bit words. `Slot`
// is a lane unit (coarse_group * coarse_in of them) at one beat of an accumulation.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

class GroupLayout {
 public:
  explicit GroupLayout(const DotEngine& engine)
      : kernel(engine.window.kernel),
        group_channels(engine.folding.group_channels),
        pairs(engine.group_pairs()),
        words((engine.group_pairs() + 63) / 64),
        lane_units(engine.folding.coarse_group * engine.folding.coarse_in),
        beats_per_pixel(engine.channels / engine.folding.lanes_in()) {}

  std::int64_t kernel;
  std::int64_t group_channels;
  std::int64_t pairs;       ///< M
  std::int64_t words;       ///< 64-bit words of a packed group
  std::int64_t lane_units;  ///< groups that arrive in one word
  std::int64_t beats_per_pixel;

  /// First channel of lane unit i at a beat: lanes carry consecutive channels.
  std::int64_t first_channel(std::int64_t beat, std::int64_t lane_unit) const {
    return (beat * lane_units + lane_unit) * group_channels;
  }
};

}  // namespace millrace::sim
