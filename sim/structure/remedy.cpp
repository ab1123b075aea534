#include "sim/structure/remedy.hpp"

#include <algorithm>
#include <vector>

#include "sim/structure/smallest_depth.hpp"

namespace millrace::sim {
namespace {

/// The smallest depth of one stream with which the structure runs through where it does not as it is.
std::optional<Remedy> smallest_remedy(const Plan& plan, StreamId id) {
  const PlannedStream& stream = plan.stream(id);
  const DepthRange range{stream.depth.words, std::max(stream.depth.words, stream.words)};
  if (runs_with(plan, id, range.too_small) || !runs_with(plan, id, range.enough)) {
    return std::nullopt;
  }
  return Remedy{stream.name, stream.depth.words, smallest_depth(plan, id, range)};
}

/// All joins but one get what they need.
Plan with_others_at_minimum(Plan plan, StreamId id) {
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    PlannedStream& stream = plan.streams[index];
    if (index != id.index) {
      stream.depth = std::max(stream.depth, Depth{stream.minimum_depth.value_or(1)});
    }
  }
  return plan;
}

void keep_least(std::optional<Remedy>& least, const std::optional<Remedy>& found) {
  if (found && (!least || found->sufficient - found->depth < least->sufficient - least->depth)) {
    least = found;
  }
}

std::optional<StreamId> find_stream(const Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.streams.begin(), plan.streams.end(),
                                  [&](const PlannedStream& stream) { return stream.name == name; });
  if (found == plan.streams.end()) {
    return std::nullopt;
  }
  return StreamId{static_cast<std::size_t>(found - plan.streams.begin())};
}

std::vector<StreamId> full_streams(const Plan& plan, const Deadlock& deadlock) {
  std::vector<StreamId> full;
  for (const Waiting& waiting : deadlock.loop) {
    const std::optional<StreamId> stream = find_stream(plan, waiting.stream);
    if (waiting.for_room && stream) {
      full.push_back(*stream);
    }
  }
  return full;
}

}  // namespace

void find_remedy(Deadlock& deadlock, const Plan& plan) {
  const std::vector<StreamId> full = full_streams(plan, deadlock);
  for (const StreamId id : full) {
    keep_least(deadlock.remedy, smallest_remedy(plan, id));
  }
  if (deadlock.remedy) {
    return;
  }
  for (const StreamId id : full) {
    keep_least(deadlock.remedy, smallest_remedy(with_others_at_minimum(plan, id), id));
  }
  for (const PlannedStream& stream : plan.streams) {
    if (stream.depth.words < stream.minimum_depth.value_or(1) &&
        (!deadlock.remedy || deadlock.remedy->stream != stream.name)) {
      deadlock.too_short.push_back({stream.name, stream.depth.words, *stream.minimum_depth});
    }
  }
}

Plan with_remedy(const Plan& plan, const Deadlock& deadlock, std::int64_t change) {
  const StreamId freed = find_stream(plan, deadlock.remedy->stream).value();
  Plan changed = deadlock.too_short.empty() ? plan : with_others_at_minimum(plan, freed);
  return with_stream_depth(std::move(changed), freed, deadlock.remedy->sufficient + change);
}

}  // namespace millrace::sim
