#include "sim/cli/inputs.hpp"

#include "sim/plan/planner.hpp"
#include "sim/structure/join_depths.hpp"

namespace millrace::sim {

Inputs read_inputs(const std::string& accelerator_file, const std::optional<std::string>& trace_file,
                   std::size_t threads) {
  Accelerator accelerator = Accelerator::read(accelerator_file);
  if (trace_file) {
    accelerator.trace = *trace_file;
  }
  if (!accelerator.trace) {
    throw ConfigError(accelerator_file, {},
                      "names no trace; add 'trace: FILE' (relative to this file) or give --trace");
  }
  traces::Trace trace = traces::Trace::open(*accelerator.trace);
  Plan plan = complete(draft_plan(accelerator, trace.network()), threads);
  return {std::move(accelerator), std::move(trace), std::move(plan)};
}

}  // namespace millrace::sim
