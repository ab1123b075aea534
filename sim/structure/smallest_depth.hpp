// How deep one stream must be for a plan to run through, all else as it is.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// The plan with another depth of one stream.
Plan with_stream_depth(Plan plan, StreamId id, std::int64_t depth);

/// Whether the structure runs through with this depth.
bool runs_with(const Plan& plan, StreamId id, std::int64_t depth);

/// With `too_small` it does not run through (0: never tried), with `enough` it does.
struct DepthRange {
  std::int64_t too_small = 0;
  std::int64_t enough = 1;
};

/// The smallest in the range. Quick where that is not much less than enough.
std::int64_t smallest_depth(const Plan& plan, StreamId id, DepthRange range);

}  // namespace millrace::sim
