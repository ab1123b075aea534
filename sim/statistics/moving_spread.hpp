// How far the lanes of an engine drift apart: PASS's buffer metric, after its prototype (Yu-Zhewen/fpgaconvnet-torch,
// commit 9077f22, buffer_sizing.py).
//
// X_s[t] is how many activations are zero in window t of lane s, windows in the order in which they arrive: pixel by
// pixel, beat by beat, image by image; padding counts as zeros. MA_n(X_s) is the mean of n windows in a row, less the
// mean of all X_s, so that what a lane has more of than another all the time does not count.
//   D(n) = mean over t of ( max over s of MA_n(X_s)[t] - min over s of MA_n(X_s)[t] )
// In zeros a window. n stands for how many windows a queue in front of each lane holds; D falls with n.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "modules/process/module.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

struct MovingSpread {
  std::int64_t windows = 1;  ///< n
  double zeros = 0.0;        ///< D(n)
};

/// D of each length, shorter ones first to be of use; lengths of more windows than there are, are left out. 0 for one
/// lane. Throws TraceError if the trace has no masks.
std::vector<MovingSpread> moving_spread(const DotEngine& engine, const traces::Trace& trace, Images images,
                                        std::span<const std::int64_t> lengths);

}  // namespace millrace::sim
