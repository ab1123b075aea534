// What others size FIFOs by, to be compared with.
#pragma once

#include <string>
#include <vector>

#include "sim/sizing/knob.hpp"
#include "sim/sizing/unbounded.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

struct Baseline {
  std::string name;
  Depths depths;
};

/// PASS and fpgaConvNet: streams into joins by the mean latencies of the branches (sim/analytical/pipeline_graph.hpp),
/// with the histograms of the trace; every other stream as it was.
Baseline mean_rule(const Plan& plan, const std::vector<Knob>& knobs, const traces::Trace& trace);

/// FINN: every stream as deep as it was full in the paced unbounded run, but two words at least, which its FIFOs have.
/// Pixel buffers as they were.
Baseline unbounded_peaks(const std::vector<Knob>& knobs, const Unbounded& unbounded);

}  // namespace millrace::sim
