#include "sim/structure/join_depths.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <set>
#include <stdexcept>
#include <utility>

#include "sim/structure/sections.hpp"
#include "sim/structure/token_run.hpp"

namespace millrace::sim {
namespace {

/// The plan with no stream that holds more than all words of so many images.
Plan with_room_at_most(Plan plan, std::int64_t images) {
  for (PlannedStream& stream : plan.streams) {
    stream.depth = std::min(stream.depth, Depth{images * stream.words});
  }
  return plan;
}

/// The plan with streams that hold all words of so many images.
Plan with_room(Plan plan, const std::vector<StreamId>& streams, std::int64_t images) {
  for (const StreamId id : streams) {
    plan.streams[id.index].depth = Depth{images * plan.streams[id.index].words};
  }
  return plan;
}

Plan with_depths(Plan plan, const std::vector<StreamId>& streams, const std::vector<Depth>& depths) {
  for (std::size_t index = 0; index < streams.size(); ++index) {
    plan.streams[streams[index].index].depth = depths[index];
  }
  return plan;
}

/// Runs a plan whose joins hold little at first, and gives one of them room for a word more whenever nothing can move.
/// A run gets just as far with less room before it is stuck, so whoever had to be given room cannot do without it.
class Growth {
 public:
  Growth(const Plan& plan, const std::vector<StreamId>& joins)
      : joins_(joins), depths_(joins.size(), Depth{1}), run_(with_room(plan, joins, 1), Images{1}) {}

  /// The depth that a join begins with, if not 1; it does not grow.
  void fix(std::size_t join, Depth depth) {
    depths_[join] = depth;
    fixed_.insert(join);
  }

  std::vector<Depth> run() {
    for (std::size_t join = 0; join < joins_.size(); ++join) {
      run_.limit(joins_[join], depths_[join]);
    }
    for (bool finished = run_.run(); !finished; finished = run_.go_on()) {
      const std::size_t join = join_to_deepen();
      ++depths_[join].words;
      run_.limit(joins_[join], depths_[join]);
    }
    return depths_;
  }

 private:
  std::size_t join_to_deepen() {
    for (const StreamId id : run_.full_streams_of_loop()) {
      const auto found = std::find(joins_.begin(), joins_.end(), id);
      const std::size_t join = static_cast<std::size_t>(found - joins_.begin());
      if (found != joins_.end() && !fixed_.contains(join)) {
        return join;
      }
    }
    throw std::logic_error("a pipeline is stuck where no stream into a join is full");
  }

  std::vector<StreamId> joins_;
  std::vector<Depth> depths_;
  std::set<std::size_t> fixed_;
  TokenRun run_;
};

void set_minimum_depths(Plan& plan, const std::vector<StreamId>& joins) {
  // One image tells the minimum: between images every branch runs empty.
  const Plan bounded = with_room_at_most(plan, 1);
  std::vector<Depth> depths = Growth(bounded, joins).run();
  // Where the loop went through several joins, another one would have done, too: none may have more than it needs now.
  for (std::size_t join = 0; join < joins.size(); ++join) {
    const Depth enough = depths[join];
    --depths[join].words;
    if (enough.words > 1 && TokenRun(with_depths(bounded, joins, depths), Images{1}).run()) {
      Growth alone(bounded, joins);
      for (std::size_t other = 0; other < joins.size(); ++other) {
        if (other != join) {
          alone.fix(other, depths[other]);
        }
      }
      depths = alone.run();
    } else {
      depths[join] = enough;
    }
    plan.streams[joins[join].index].minimum_depth = depths[join].words;
  }
}

/// Of the streams into one join, that with the least minimum is the branch that is waited for; the others skip it.
bool is_skip(const Plan& plan, StreamId id) {
  const std::vector<StreamId>& inputs = plan.module(plan.stream(id).to).inputs;
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](StreamId other) { return plan.stream(other).minimum_depth < plan.stream(id).minimum_depth; });
}

/// Whoever reads the streams, in the order of the plan: every input is made before.
std::vector<ModuleId> readers_of(const Plan& plan, const std::vector<StreamId>& streams) {
  std::set<std::size_t> readers;
  for (const StreamId id : streams) {
    readers.insert(plan.stream(id).to.index);
  }
  std::vector<ModuleId> modules;
  for (const std::size_t reader : readers) {
    modules.push_back({reader});
  }
  return modules;
}

/// Deepens the streams to what they come to hold if nobody waits for room in them.
void deepen(Plan& plan, const std::vector<StreamId>& skips) {
  // A stream that holds two of its maps keeps two images apart; more would only lengthen the queue before it.
  const Plan bounded = with_room_at_most(plan, 2);
  // The next image enters while the one before is still inside, hence two; a long branch on a small map holds more. The
  // run was long enough if at its end the join still had a whole image to go through behind what it held back.
  for (std::int64_t images = 2;; images *= 2) {
    TokenRun full(with_room(bounded, skips, images), Images{images});
    full.run_holding_back(readers_of(plan, skips));
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

/// A section that has joins, and which of its streams lead to them.
struct Work {
  Section section;
  std::vector<StreamId> joins;
};

std::vector<Work> sections_with_joins(const DraftPlan& draft) {
  std::vector<Work> all;
  for (Section& section : cut_into_sections(draft.plan)) {
    std::vector<StreamId> joins = within(section, draft.joins);
    if (!joins.empty()) {
      all.push_back({std::move(section), std::move(joins)});
    }
  }
  return all;
}

}  // namespace

Plan complete(DraftPlan draft, std::size_t threads) {
  std::vector<Work> all = sections_with_joins(draft);
  std::atomic<std::size_t> next{0};
  const auto set_all = [&] {
    for (std::size_t index = next++; index < all.size(); index = next++) {
      Work& work = all[index];
      set_depths(work.section.plan, work.joins, within(work.section, draft.open), draft.skip_depth);
    }
  };
  std::vector<std::future<void>> others;
  while (others.size() + 1 < std::min(threads, all.size())) {
    others.push_back(std::async(std::launch::async, set_all));
  }
  set_all();
  for (std::future<void>& other : others) {
    other.get();
  }
  for (const auto& [section, joins] : all) {
    for (const StreamId id : joins) {
      PlannedStream& stream = draft.plan.streams[section.streams[id.index].index];
      stream.depth = section.plan.stream(id).depth;
      stream.minimum_depth = section.plan.stream(id).minimum_depth;
    }
  }
  return std::move(draft.plan);
}

}  // namespace millrace::sim
