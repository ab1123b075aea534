// Whether a remedy that was found in the structure holds for real data.
#pragma once

#include "sim/plan/plan.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/structure/deadlock.hpp"

namespace millrace::sim {

/// Runs the work with the remedy and with one word less, and marks the remedy verified if that frees and sticks.
/// Does nothing without a remedy.
void verify_remedy(Deadlock& deadlock, const Plan& plan, const RecordedWork& work);

}  // namespace millrace::sim
