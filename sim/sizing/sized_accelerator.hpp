// An accelerator with the depths that were found written into it.
#pragma once

#include "sim/config/accelerator.hpp"
#include "sim/plan/plan.hpp"
#include "sim/sizing/knob.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// Every stream that was sized or pinned by hand gets its depth under `streams`, every engine whose pixel buffers were
/// sized their number; all else stays.
Accelerator sized_accelerator(Accelerator accelerator, const Plan& plan, const traces::Network& network,
                              const std::vector<Knob>& knobs, const Depths& depths);

}  // namespace millrace::sim
