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
  return {process.name(),     stream.name(),     process.waiting_for()->waits_for_room(),
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

/// The smallest depth of one stream with which the structure runs through where it does not as it is.
std::optional<Remedy> smallest_remedy(const Plan& plan, StreamId id) {
  constexpr Images kImages{1};
  const PlannedStream& stream = plan.stream(id);
  const auto runs = [&](std::int64_t depth) {
    Plan changed = plan;
    changed.streams[id.index].depth = Depth{depth};
    return TokenRun(changed, kImages).run();
  };
  std::int64_t too_small = stream.depth.words;
  std::int64_t enough = std::max(too_small, kImages.count * stream.words);
  if (runs(too_small) || !runs(enough)) {
    return std::nullopt;
  }
  while (enough - too_small > 1) {
    const std::int64_t middle = too_small + (enough - too_small) / 2;
    (runs(middle) ? enough : too_small) = middle;
  }
  return Remedy{stream.name, stream.depth.words, enough};
}

/// The least increase among the candidates. `others_at_minimum`: all other joins get what they need, for designs in
/// which more than one is too short.
std::optional<Remedy> least_remedy(const Plan& plan, const std::vector<StreamId>& candidates, bool others_at_minimum) {
  std::optional<Remedy> least;
  for (const StreamId id : candidates) {
    Plan changed = plan;
    for (std::size_t index = 0; others_at_minimum && index < plan.streams.size(); ++index) {
      PlannedStream& stream = changed.streams[index];
      if (index != id.index) {
        stream.depth = std::max(stream.depth, Depth{stream.minimum_depth.value_or(1)});
      }
    }
    const std::optional<Remedy> found = smallest_remedy(changed, id);
    if (found && (!least || found->sufficient - found->depth < least->sufficient - least->depth)) {
      least = found;
    }
  }
  return least;
}

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

/// Who waits because of the loop without being part of it, under a heading with their number.
void append_others(std::string& text, const Deadlock& deadlock, bool for_room, const char* heading) {
  std::vector<Waiting> others;
  std::copy_if(deadlock.waiting.begin(), deadlock.waiting.end(), std::back_inserter(others),
               [&](const Waiting& waiting) {
                 const auto same = [&](const Waiting& member) { return member.process == waiting.process; };
                 return waiting.for_room == for_room && std::none_of(deadlock.loop.begin(), deadlock.loop.end(), same);
               });
  const auto out = std::back_inserter(text);
  if (!others.empty()) {
    fmt::format_to(out, "{} ({} processes):\n", heading, others.size());
  }
  for (const Waiting& waiting : others) {
    fmt::format_to(out, "    {}: '{}' ({} of {} words) since cycle {}\n", waiting.process, waiting.stream,
                   waiting.occupancy, waiting.capacity, waiting.since.edge());
  }
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
  std::vector<StreamId> full;
  for (const Process* process : loop) {
    deadlock.loop.push_back(waiting_of(*process));
    const std::optional<StreamId> stream = find_stream(plan, deadlock.loop.back().stream);
    if (deadlock.loop.back().for_room && stream) {
      full.push_back(*stream);
    }
  }
  deadlock.remedy = least_remedy(plan, full, false);
  if (deadlock.remedy) {
    return deadlock;
  }
  deadlock.remedy = least_remedy(plan, full, true);
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
  append_others(text, deadlock, true, "  behind it, waiting for room");
  append_others(text, deadlock, false, "  before it, waiting for a word");
  return text;
}

}  // namespace millrace::sim
