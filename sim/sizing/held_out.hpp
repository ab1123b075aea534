// What depths that were sized on the first images of a trace cost on the images behind them.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"
#include "sim/sizing/knob.hpp"
#include "sim/work/work_stage.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Intervals are means from the last image that was sized on to the last of the trace.
struct HeldOut {
  std::int64_t images = 0;
  double interval = 0.0;
  double unbounded_interval = 0.0;
  double slowdown() const { return interval / unbounded_interval - 1.0; }
};

/// Runs the whole trace twice: with the depths, and unbounded. Needs more images than were `sized_on`.
HeldOut run_held_out(const Plan& plan, const std::vector<Knob>& knobs, const Depths& depths, const traces::Trace& trace,
                     std::int64_t sized_on, const WorkOptions& options);

}  // namespace millrace::sim
