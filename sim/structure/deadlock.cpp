#include "sim/structure/deadlock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sim/structure/token_run.hpp"

namespace millrace::sim {
namespace {

Waiting waiting_of(const Process& process) {
  const StreamTiming& stream = *process.waiting_for()->stream();
  return {process.name(),      stream.name(),     process.waiting_for()->waits_for_room(),
          stream.occupancy(), stream.capacity(), process.now()};
}

/// Whoever must act for the process to go on.
const Process* awaited(const Process& process) {
  const StreamTiming& stream = *process.waiting_for()->stream();
  return process.waiting_for()->waits_for_room() ? stream.reader() : stream.writer();
}

bool is_stuck(const Process* process) {
  return process != nullptr && !process->finished() && process->waiting_for() != nullptr &&
         process->waiting_for()->stream() != nullptr;
}

/// Everybody waits for one other, so that following the waits from anywhere ends in a loop.
std::vector<const Process*> find_loop(const Process* start) {
  std::vector<const Process*> path;
  std::map<const Process*, std::size_t> seen;
  for (const Process* process = start; is_stuck(process); process = awaited(*process)) {
    const auto [found, is_new] = seen.emplace(process, path.size());
    if (!is_new) {
      return {path.begin() + static_cast<std::ptrdiff_t>(found->second), path.end()};
    }
    path.push_back(process);
  }
  return {};
}

/// Looks for the smallest depth of one stream with which the structure runs through, all else equal but for other joins,
/// which get what they need.
class RemedySearch {
 public:
  explicit RemedySearch(const Plan& plan) : plan_(plan) {
    for (PlannedStream& stream : plan_.streams) {
      stream.depth = std::max(stream.depth, Depth{stream.minimum_depth.value_or(1)});
    }
  }

  std::optional<Remedy> search(const Plan& original, StreamId id) const {
    const std::int64_t depth = original.stream(id).depth.words;
    const std::int64_t most = std::max(depth, kImages.count * original.stream(id).words);
    if (!runs(original, id, most)) {
      return std::nullopt;
    }
    std::int64_t too_small = depth;
    std::int64_t enough = most;
    while (enough - too_small > 1) {
      const std::int64_t middle = too_small + (enough - too_small) / 2;
      (runs(original, id, middle) ? enough : too_small) = middle;
    }
    return Remedy{original.stream(id).name, depth, enough};
  }

 private:
  static constexpr Images kImages{1};

  bool runs(const Plan& original, StreamId id, std::int64_t depth) const {
    Plan changed = plan_;
    changed.streams[id.index] = original.stream(id);
    changed.streams[id.index].depth = Depth{depth};
    return TokenRun(changed, kImages).run();
  }

  Plan plan_;
};

std::optional<StreamId> find_stream(const Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.streams.begin(), plan.streams.end(),
                                  [&](const PlannedStream& stream) { return stream.name == name; });
  if (found == plan.streams.end()) {
    return std::nullopt;
  }
  return StreamId{static_cast<std::size_t>(found - plan.streams.begin())};
}

std::string describe(const Waiting& waiting) {
  return fmt::format("{} waits for {} '{}' ({} of {} words) since cycle {}", waiting.process,
                     waiting.for_room ? "room in" : "a word from", waiting.stream, waiting.occupancy, waiting.capacity,
                     waiting.since.edge());
}

}  // namespace

Deadlock diagnose(const Plan& plan, const std::vector<Process*>& processes) {
  Deadlock deadlock;
  std::vector<const Process*> loop;
  for (const Process* process : processes) {
    deadlock.cycle = std::max(deadlock.cycle, process->now());
    if (!is_stuck(process)) {
      continue;
    }
    deadlock.waiting.push_back(waiting_of(*process));
    if (loop.empty()) {
      loop = find_loop(process);
    }
  }
  const RemedySearch search(plan);
  for (const Process* process : loop) {
    deadlock.loop.push_back(waiting_of(*process));
    const std::optional<StreamId> stream = find_stream(plan, deadlock.loop.back().stream);
    if (!deadlock.loop.back().for_room || !stream) {
      continue;
    }
    const std::optional<Remedy> found = search.search(plan, *stream);
    if (found && (!deadlock.remedy ||
                  found->sufficient - found->depth < deadlock.remedy->sufficient - deadlock.remedy->depth)) {
      deadlock.remedy = found;
    }
  }
  for (const PlannedStream& stream : plan.streams) {
    if (stream.depth.words < stream.minimum_depth.value_or(1) &&
        (!deadlock.remedy || deadlock.remedy->stream != stream.name)) {
      deadlock.too_short.push_back({stream.name, stream.depth.words, *stream.minimum_depth});
    }
  }
  return deadlock;
}

std::string describe(const Deadlock& deadlock) {
  std::string text = fmt::format("deadlock: nothing can move after cycle {}\n", deadlock.cycle.edge());
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "  the loop:\n");
  for (const Waiting& waiting : deadlock.loop) {
    fmt::format_to(out, "    {}\n", describe(waiting));
  }
  if (deadlock.remedy) {
    fmt::format_to(out, "  smallest single change that frees it: depth {} for '{}', now {}\n",
                   deadlock.remedy->sufficient, deadlock.remedy->stream, deadlock.remedy->depth);
  } else {
    fmt::format_to(out, "  no single depth in the loop frees it\n");
  }
  for (const Remedy& next : deadlock.too_short) {
    fmt::format_to(out, "  also below its structural minimum: '{}' has {}, needs {}\n", next.stream, next.depth,
                   next.sufficient);
  }
  fmt::format_to(out, "  all that wait:\n");
  for (const Waiting& waiting : deadlock.waiting) {
    fmt::format_to(out, "    {}\n", describe(waiting));
  }
  return text;
}

}  // namespace millrace::sim
