#include "sim/sizing/growth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include "sim/resolve/rerun.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kGroundDepth = 2;
/// How many of the worst streams are deepened together: all are tried, one is taken.
constexpr std::array<std::size_t, 4> kTogether = {1, 3, 8, 20};
/// The part of the time that the last round has still to gain, about: rounds gain less and less.
constexpr double kMissingAtLast = 0.01;

}  // namespace

Depths Growth::ground() {
  Depths shallow;
  Depths known_to_run;
  for (const Knob& knob : trials_.knobs()) {
    shallow.push_back(std::clamp(kGroundDepth, knob.least, knob.most));
    known_to_run.push_back(knob.least > 1 ? knob.least : std::clamp(knob.before, knob.least, knob.most));
  }
  return trials_.solve(shallow) ? shallow : known_to_run;
}

Blame Growth::blame(const Depths& depths) {
  const Plan plan = with_depths(trials_.solver().plan(), trials_.knobs(), depths);
  ImageLog log;
  Rerun rerun(plan, trials_.solver().work(), log);
  records_.resize(plan.streams.size());
  for (std::size_t index = 0; index < records_.size(); ++index) {
    records_[index].clear();
    rerun.stream(StreamId{index}).observe(records_[index]);
  }
  rerun.run_images();
  return blame_of(plan, records_, log.images().front().last_out);
}

std::int64_t Growth::deeper(std::size_t knob, std::int64_t depth, const Depths& ceiling) const {
  return std::min(ceiling[knob], trials_.knobs()[knob].filled(kFactor * depth, trials_.objective()));
}

std::vector<std::size_t> Growth::by_merit(const Depths& depths, const Blame& blame, const Depths& ceiling) const {
  const std::vector<Knob>& knobs = trials_.knobs();
  const Objective objective = trials_.objective();
  std::vector<std::pair<double, std::size_t>> merits;
  for (std::size_t knob = 0; knob < knobs.size(); ++knob) {
    const auto* stream = std::get_if<StreamId>(&knobs[knob].what);
    const std::int64_t waits = stream != nullptr
                                   ? blame.streams[stream->index]
                                   : blame.pixel_buffers[std::get<PixelBuffers>(knobs[knob].what).module.index];
    const std::int64_t depth = deeper(knob, depths[knob], ceiling);
    if (waits > 0 && depth > depths[knob]) {
      const std::int64_t paid =
          knobs[knob].memory(depth).price(objective) - knobs[knob].memory(depths[knob]).price(objective);
      merits.emplace_back(-static_cast<double>(waits) / static_cast<double>(std::max<std::int64_t>(paid, 1)), knob);
    }
  }
  std::sort(merits.begin(), merits.end());
  std::vector<std::size_t> order;
  for (const auto& [merit, knob] : merits) {
    order.push_back(knob);
  }
  return order;
}

std::vector<Depths> Growth::ways(const Depths& depths, const Depths& ceiling) {
  const std::vector<std::size_t> order = by_merit(depths, blame(depths), ceiling);
  std::vector<Depths> ways;
  for (const std::size_t together : kTogether) {
    Depths way = depths;
    for (std::size_t place = 0; place < std::min(together, order.size()); ++place) {
      way[order[place]] = deeper(order[place], depths[order[place]], ceiling);
    }
    if (way != depths && (ways.empty() || way != ways.back())) {
      ways.push_back(std::move(way));
    }
  }
  return ways;
}

/// One round of growth: of the ways to deepen the worst streams that gain time, the one that gains most for its price.
std::optional<Depths> Growth::grown(const Depths& depths, const Depths& ceiling) {
  const Result before = trials_.solve(depths);
  const std::vector<Depths> ways = this->ways(depths, ceiling);
  if (ways.empty()) {
    return std::nullopt;
  }
  const std::vector<Result> results = trials_.solve(ways);
  std::size_t chosen = ways.size() - 1;
  double most = 0.0;
  for (std::size_t way = 0; way < ways.size(); ++way) {
    if (!results[way]) {
      continue;
    }
    const std::int64_t needed = std::max(before->span() - trials_.most_span(), std::int64_t{1});
    const std::int64_t gained = std::min(before->span() - results[way]->span(), needed);
    const auto paid = static_cast<double>(std::max<std::int64_t>(1, trials_.price(ways[way]) - trials_.price(depths)));
    if (static_cast<double>(gained) / paid > most) {
      most = static_cast<double>(gained) / paid;
      chosen = way;
    }
  }
  return ways[chosen];
}

Depths Growth::grow(Depths depths, const Depths& ceiling, const Worth& is_worth_it, const Progress& progress) {
  if (!trials_.solve(depths)) {
    return depths;
  }
  const double first = static_cast<double>(trials_.solve(depths)->span() - trials_.most_span());
  while (!trials_.holds(trials_.solve(depths))) {
    const double missing = static_cast<double>(trials_.solve(depths)->span() - trials_.most_span()) / first;
    if (!is_worth_it(trials_.price(depths), missing)) {
      break;
    }
    progress(std::clamp(std::log(missing) / std::log(kMissingAtLast), 0.0, 1.0));
    std::optional<Depths> next = grown(depths, ceiling);
    if (!next) {
      break;
    }
    depths = std::move(*next);
  }
  return depths;
}

}  // namespace millrace::sim
