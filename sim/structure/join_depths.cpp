#include "sim/structure/join_depths.hpp"

#include <algorithm>

#include "sim/structure/sections.hpp"
#include "sim/structure/smallest_depth.hpp"
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

void set_minimum_depths(Plan& plan, const std::vector<StreamId>& joins) {
  // One image tells the minimum: between images every branch runs empty.
  Plan roomy = with_room(plan, joins, 1);
  TokenRun lean(roomy, Images{1});
  lean.run_by_priority(downstream_first(roomy));
  // What was held is enough for all of them at once. Some of it can wait in the streams before as well, or in the
  // writer's pipeline: one join after the other gets what it cannot do without.
  for (const StreamId id : joins) {
    roomy.streams[id.index].depth = Depth{std::max<std::int64_t>(1, lean.most_held(id))};
  }
  for (const StreamId id : joins) {
    const std::int64_t minimum = smallest_depth(roomy, id, {0, roomy.stream(id).depth.words});
    roomy.streams[id.index].depth = Depth{minimum};
    plan.streams[id.index].minimum_depth = minimum;
  }
}

/// Of the streams into one join, that with the least minimum is the branch that is waited for; the others skip it.
bool is_skip(const Plan& plan, StreamId id) {
  const std::vector<StreamId>& inputs = plan.module(plan.stream(id).to).inputs;
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](StreamId other) { return plan.stream(other).minimum_depth < plan.stream(id).minimum_depth; });
}

/// Deepens the streams to what they come to hold if nobody waits for room in them.
void deepen(Plan& plan, const std::vector<StreamId>& skips) {
  // The next image enters while the one before is still inside, hence two; a long branch on a small map holds more. The
  // run was long enough if at its end the join still had a whole image to go through behind what it held back.
  for (std::int64_t images = 2;; images *= 2) {
    TokenRun full(with_room(plan, skips, images), Images{images});
    full.run_by_priority(upstream_first(plan));
    if (std::all_of(skips.begin(), skips.end(),
                    [&](StreamId id) { return full.most_held(id) <= (images - 1) * plan.stream(id).words; })) {
      for (const StreamId id : skips) {
        Depth& depth = plan.streams[id.index].depth;
        depth = std::max(depth, Depth{full.most_held(id)});
      }
      return;
    }
  }
}

void set_depths(Plan& plan, const std::vector<StreamId>& joins, const std::vector<StreamId>& open,
                SkipDepth skip_depth) {
  set_minimum_depths(plan, joins);
  std::vector<StreamId> skips;
  for (const StreamId id : open) {
    PlannedStream& stream = plan.streams[id.index];
    stream.depth = std::max(stream.depth, Depth{*stream.minimum_depth});
    if (is_skip(plan, id)) {
      skips.push_back(id);
    }
  }
  if (skip_depth == SkipDepth::kAmple && !skips.empty()) {
    deepen(plan, skips);
  }
}

bool comes_before(StreamId a, StreamId b) {
  return a.index < b.index;
}

/// Those of the streams, which are in the order of the plan, that are in the section, by their places in it.
std::vector<StreamId> within(const Section& section, const std::vector<StreamId>& streams) {
  std::vector<StreamId> inside;
  for (std::size_t index = 0; index < section.streams.size(); ++index) {
    if (std::binary_search(streams.begin(), streams.end(), section.streams[index], comes_before)) {
      inside.push_back({index});
    }
  }
  return inside;
}

}  // namespace

Plan complete(DraftPlan draft) {
  for (Section& section : cut_into_sections(draft.plan)) {
    const std::vector<StreamId> joins = within(section, draft.joins);
    if (joins.empty()) {
      continue;
    }
    set_depths(section.plan, joins, within(section, draft.open), draft.skip_depth);
    for (const StreamId id : joins) {
      PlannedStream& stream = draft.plan.streams[section.streams[id.index].index];
      stream.depth = section.plan.stream(id).depth;
      stream.minimum_depth = section.plan.stream(id).minimum_depth;
    }
  }
  return std::move(draft.plan);
}

}  // namespace millrace::sim
