#include "sim/structure/smallest_depth.hpp"

#include <utility>

#include "sim/structure/token_run.hpp"

namespace millrace::sim {

Plan with_stream_depth(Plan plan, StreamId id, std::int64_t depth) {
  plan.streams[id.index].depth = Depth{depth};
  return plan;
}

bool runs_with(const Plan& plan, StreamId id, std::int64_t depth) {
  return TokenRun(with_stream_depth(plan, id, depth), Images{1}).run();
}

std::int64_t smallest_depth(const Plan& plan, StreamId id, DepthRange range) {
  auto [too_small, enough] = range;
  for (std::int64_t step = 1; enough - step > too_small; step *= 2) {
    if (!runs_with(plan, id, enough - step)) {
      too_small = enough - step;
      break;
    }
    enough -= step;
  }
  while (enough - too_small > 1) {
    const std::int64_t middle = too_small + (enough - too_small) / 2;
    (runs_with(plan, id, middle) ? enough : too_small) = middle;
  }
  return enough;
}

}  // namespace millrace::sim
