// Branch and bound over all depth vectors, where there is little to turn.
//
// A vector that is nowhere deeper is nowhere earlier: the deep corner of a box bounds the last edge of all of it, the
// shallow one the first image's. A box whose bounds do not hold is left out, and one whose shallow corner holds is
// done.
#pragma once

#include "sim/sizing/trials.hpp"

namespace millrace::sim {

/// True if no vector is cheaper than the best of the trials, which may have become better by this; false if there are
/// too many to say so. Needs a best.
bool prove_best(Trials& trials);

}  // namespace millrace::sim
