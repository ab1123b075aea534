// Room for what comes in rows, so that engines work evenly although their windows do not.
//
// Before a window: while it walks the padding below an image and waits for the units, the next image's first row can
// come in already. Behind a window of stride 2 and more, or behind the pool that it feeds: it gives all windows of a
// row one after the other, and then none for a row or more.
#pragma once

#include "sim/config/accelerator.hpp"
#include "sim/plan/plan.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// Sets depths of streams, and queues of engines with strides, to a row where that is more than the accelerator has.
/// `plan` is that of the accelerator as it is.
void add_row_buffers(Accelerator& accelerator, const Plan& plan, const traces::Network& network);

}  // namespace millrace::sim
