#include "sim/structure/deadlock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/structure/wait_loop.hpp"

namespace millrace::sim {
namespace {

Waiting waiting_of(const Process& process) {
  const StreamTiming& stream = *process.waiting_for()->stream();
  return {process.name(),     stream.name(),     process.waiting_for()->waits_for_room(),
          stream.occupancy(), stream.capacity(), process.now()};
}

std::string since(const Waiting& waiting) {
  return waiting.since ? fmt::format(" since cycle {}", waiting.since->edge()) : "";
}

std::string describe(const Waiting& waiting) {
  return fmt::format("{} waits for {} '{}' ({} of {} words){}", waiting.process,
                     waiting.for_room ? "room in" : "a word from", waiting.stream, waiting.occupancy, waiting.capacity,
                     since(waiting));
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
    fmt::format_to(out, "    {}: '{}' ({} of {} words){}\n", waiting.process, waiting.stream, waiting.occupancy,
                   waiting.capacity, since(waiting));
  }
}

}  // namespace

Deadlock diagnose(const std::vector<Process*>& processes) {
  Deadlock deadlock;
  Cycle last;
  for (const Process* process : processes) {
    last = std::max(last, process->now());
    if (is_stuck(*process)) {
      deadlock.waiting.push_back(waiting_of(*process));
    }
  }
  for (const Process* member : find_loop(processes)) {
    deadlock.loop.push_back(waiting_of(*member));
  }
  deadlock.cycle = last;
  return deadlock;
}

Deadlock without_edges(Deadlock deadlock) {
  deadlock.cycle.reset();
  for (std::vector<Waiting>* waiting : {&deadlock.waiting, &deadlock.loop}) {
    for (Waiting& process : *waiting) {
      process.since.reset();
    }
  }
  return deadlock;
}

std::string describe(const Deadlock& deadlock) {
  std::string text = deadlock.cycle ? fmt::format("deadlock: nothing can move after cycle {}\n", deadlock.cycle->edge())
                                    : std::string("deadlock, whatever the data:\n");
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "  the loop:\n");
  for (const Waiting& waiting : deadlock.loop) {
    fmt::format_to(out, "    {}\n", describe(waiting));
  }
  if (deadlock.remedy) {
    const Remedy& remedy = *deadlock.remedy;
    fmt::format_to(out, "  smallest single change that frees it: depth {} for '{}', now {}{}\n", remedy.sufficient,
                   remedy.stream, remedy.depth,
                   remedy.verified_images == 0
                       ? ""
                       : fmt::format(" (verified: with it {} images run to their end, with one word less they do not)",
                                     remedy.verified_images));
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
