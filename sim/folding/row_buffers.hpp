// Room for a row behind strides: a window of stride 2 and more gives all windows of a row one after the other and then
// none for a row or more. What waits for a whole row of them lets the units behind work evenly.
#pragma once

#include "sim/config/accelerator.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Sets the queues of engines with strides, and the depths of streams behind pools with strides, to a row. `plan` is
/// that of the accelerator as it is.
void add_row_buffers(Accelerator& accelerator, const Plan& plan, const traces::Network& network);

}  // namespace millrace::sim
