#include "sim/sizing/unbounded.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/resolve/rerun.hpp"
#include "sim/sizing/solver.hpp"
#include "sim/structure/remedy.hpp"

namespace millrace::sim {
namespace {

Depths most_of(const std::vector<Knob>& knobs) {
  Depths depths;
  for (const Knob& knob : knobs) {
    depths.push_back(knob.most);
  }
  return depths;
}

/// No burst of image k before edge k * interval.
void pace(Plan& plan, Cycles interval) {
  for (PlannedModule& module : plan.modules) {
    if (auto* reader = std::get_if<Reader>(&module.parameters)) {
      reader->dma.image_interval = interval;
    }
  }
}

Outcome finished(const Plan& plan, std::variant<Outcome, Deadlock> result) {
  if (auto* deadlock = std::get_if<Deadlock>(&result)) {
    find_remedy(*deadlock, plan);
    throw StuckForEver(describe(*deadlock));
  }
  return std::get<Outcome>(std::move(result));
}

struct Watched {
  Outcome outcome;
  std::vector<Peak> peaks;
};

Watched watch(const Plan& plan, const RecordedWork& work) {
  Rerun rerun(plan, work);
  std::vector<PeakWatch> watches(plan.streams.size());
  for (std::size_t index = 0; index < watches.size(); ++index) {
    rerun.stream(StreamId{index}).observe(watches[index]);
  }
  Watched watched{finished(plan, rerun.run()), {}};
  for (const PeakWatch& one : watches) {
    watched.peaks.push_back(one.peak());
  }
  return watched;
}

}  // namespace

std::vector<Peak> peaks_of(const Plan& plan, const RecordedWork& work) {
  return watch(plan, work).peaks;
}

Unbounded run_unbounded(const Plan& plan, const std::vector<Knob>& knobs, const RecordedWork& work) {
  Unbounded unbounded;
  Plan open = with_depths(plan, knobs, most_of(knobs));
  unbounded.span = solved_of(finished(open, Rerun(open, work).run()).images).span();
  const std::int64_t intervals = work.images().count - 1;
  pace(open, Cycles{(unbounded.span + intervals - 1) / intervals});
  const Watched paced = watch(open, work);
  unbounded.paced_span = solved_of(paced.outcome.images).span();
  for (const Knob& knob : knobs) {
    const auto* stream = std::get_if<StreamId>(&knob.what);
    if (stream == nullptr) {
      unbounded.room.push_back(knob.most);
      unbounded.peaks.push_back(knob.before);
      continue;
    }
    // Words in the writer's pipeline are none of the FIFO's.
    const std::int64_t in_flight = plan.stream(*stream).latency.count() - 1;
    const auto depth = [&](std::int64_t words) { return std::clamp(words - in_flight, knob.least, knob.most); };
    unbounded.room.push_back(depth(paced.peaks[stream->index].room));
    unbounded.peaks.push_back(depth(paced.outcome.streams[stream->index].high_water));
  }
  return unbounded;
}

}  // namespace millrace::sim
