// What commands read: an accelerator file and the trace that goes with it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/config/accelerator.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

struct Inputs {
  Accelerator accelerator;
  traces::Trace trace;
  Plan plan;
};

/// `trace` replaces the one that the accelerator file names; planning takes up to so many threads. Throws ConfigError
/// or TraceError.
Inputs read_inputs(const std::string& accelerator, const std::optional<std::string>& trace, std::size_t threads = 1);

}  // namespace millrace::sim
