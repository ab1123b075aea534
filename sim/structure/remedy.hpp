// What would free a deadlock: the least increase of one depth in its loop.
#pragma once

#include "sim/plan/plan.hpp"
#include "sim/structure/deadlock.hpp"

namespace millrace::sim {

/// Fills in `remedy` and `too_short`. Of structure alone: what gets stuck does not depend on data or time.
void find_remedy(Deadlock& deadlock, const Plan& plan);

/// The plan with the remedy, its stream `change` words deeper, and with those of `too_short` at their minimum. Needs a
/// remedy.
Plan with_remedy(const Plan& plan, const Deadlock& deadlock, std::int64_t change);

}  // namespace millrace::sim
