#include "sim/structure/join_depths.hpp"

#include <algorithm>

#include "sim/structure/token_run.hpp"

namespace millrace::sim {
namespace {

/// Modules from the network's end to its beginning. They are planned in an order in which every input is made first.
std::vector<ModuleId> downstream_first(const Plan& plan) {
  std::vector<ModuleId> order;
  for (std::size_t index = plan.modules.size(); index > 0; --index) {
    order.push_back(ModuleId{index - 1});
  }
  return order;
}

std::vector<ModuleId> upstream_first(const Plan& plan) {
  std::vector<ModuleId> order = downstream_first(plan);
  std::reverse(order.begin(), order.end());
  return order;
}

/// The plan with streams that hold all words of so many images.
Plan with_room(Plan plan, const std::vector<StreamId>& streams, std::int64_t images) {
  for (const StreamId id : streams) {
    plan.streams[id.index].depth = Depth{images * plan.streams[id.index].words};
  }
  return plan;
}

}  // namespace

Plan complete(DraftPlan draft) {
  Plan& plan = draft.plan;
  if (draft.joins.empty()) {
    return plan;
  }
  // One image tells the minimum: between images every branch runs empty.
  TokenRun lean(with_room(plan, draft.joins, 1), Images{1});
  lean.run_by_priority(downstream_first(plan));
  std::vector<StreamId> skips;
  for (const StreamId id : draft.joins) {
    const std::int64_t minimum = std::max<std::int64_t>(1, lean.most_held(id));
    plan.streams[id.index].minimum_depth = minimum;
    if (std::find(draft.open.begin(), draft.open.end(), id) == draft.open.end()) {
      continue;
    }
    // A stream that needs no more than any other is the branch that is waited for.
    if (minimum > plan.streams[id.index].depth.words) {
      skips.push_back(id);
      plan.streams[id.index].depth = Depth{minimum};
    }
  }
  if (draft.skip_depth == SkipDepth::kAmple && !skips.empty()) {
    // The next image enters while the one before is still inside, hence two.
    constexpr std::int64_t kImages = 2;
    TokenRun full(with_room(plan, skips, kImages), Images{kImages});
    full.run_by_priority(upstream_first(plan));
    for (const StreamId id : skips) {
      plan.streams[id.index].depth = Depth{std::max(*plan.streams[id.index].minimum_depth, full.most_held(id))};
    }
  }
  return plan;
}

}  // namespace millrace::sim
