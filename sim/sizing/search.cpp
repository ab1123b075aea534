#include "sim/sizing/search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <queue>
#include <utility>
#include <variant>

#include "sim/resolve/rerun.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kGroundDepth = 2;
/// How many of the worst streams are deepened together: all are tried, one is taken.
constexpr std::array<std::size_t, 4> kGrowTogether = {1, 3, 8, 20};
constexpr std::int64_t kGrowthFactor = 2;
/// Runs that the exchange may take, for each knob.
constexpr std::int64_t kExchangeRuns = 2;
/// Growth doubles depths; trimming leaves a third of what was paid for it, as measured on the shipped networks.
constexpr double kLeftByTrimming = 1.0 / 3.0;
/// What of all is done when a stage begins, as measured on the shipped networks.
constexpr double kGrowingFrom = 0.02;
constexpr double kTrimmingFrom = 0.14;
constexpr double kExchangeFrom = 0.48;
constexpr double kProvingFrom = 0.93;
/// The part of the time that the last round of growth has still to gain, about: rounds gain less and less.
constexpr double kMissingAtLast = 0.01;
/// Vectors among which the best is searched for certain, and words that may flow for it.
constexpr double kMostVectors = 1 << 24;
constexpr std::int64_t kMostWords = std::int64_t{1} << 31;

}  // namespace

/// All vectors between two corners, corners included.
struct Search::Box {
  Depths shallow;
  Depths deep;
  std::int64_t least_price = 0;
  bool operator<(const Box& other) const { return least_price > other.least_price; }
};

Search::Search(Solver& solver, Objective objective, std::int64_t most_span)
    : solver_(solver), knobs_(solver.knobs()), objective_(objective), most_span_(most_span) {}

std::int64_t Search::price(const Depths& depths) const {
  return memory_of(knobs_, depths).price(objective_);
}

void Search::offer(const Depths& depths) {
  const std::int64_t offered = price(depths);
  if (!best_ || offered < best_->price) {
    best_ = Best{depths, offered};
  }
}

std::vector<Result> Search::solve(const std::vector<Depths>& vectors) {
  std::vector<Result> results = solver_.solve(vectors);
  for (std::size_t index = 0; index < vectors.size(); ++index) {
    if (holds(results[index])) {
      offer(vectors[index]);
    }
  }
  return results;
}

std::vector<bool> Search::hold(const std::vector<Depths>& vectors, const Depths&) {
  std::vector<bool> hold;
  for (const Result& result : solve(vectors)) {
    hold.push_back(holds(result));
  }
  return hold;
}

std::vector<bool> Search::seem_to_hold(const std::vector<Depths>& vectors, const Depths& base) {
  std::vector<bool> seems = solver_.seem_to_keep(most_span_, vectors, base);
  for (std::size_t index = 0; index < vectors.size(); ++index) {
    if (seems[index]) {
      offer(vectors[index]);
    }
  }
  return seems;
}

/// Growth and trimming come again within the exchange: what is done never becomes less.
void Search::tell(const std::string& stage, double from, double to, double part) {
  const double done = std::lerp(from, to, part);
  if (done > done_) {
    done_ = done;
    stage_(stage, done);
  }
}

Depths Search::filled(Depths depths) const {
  for (std::size_t knob = 0; knob < knobs_.size(); ++knob) {
    depths[knob] = knobs_[knob].filled(depths[knob], objective_);
  }
  return depths;
}

Depths Search::start(const Unbounded& unbounded) {
  // The reference is not paced and may be a little faster than what the paced run needed room for. It is reached with
  // every stream at its most.
  Depths depths = filled(unbounded.room);
  for (;;) {
    if (holds(solve(depths))) {
      return depths;
    }
    Depths deeper = depths;
    for (std::size_t knob = 0; knob < knobs_.size(); ++knob) {
      deeper[knob] = knobs_[knob].filled(std::min(knobs_[knob].most, kGrowthFactor * depths[knob]), objective_);
    }
    depths = std::move(deeper);
  }
}

/// Almost nothing: joins at their minimum, all else at a depth that passes a word an edge. Where the minimum of a join
/// counts on more room elsewhere, that elsewhere is as it was.
Depths Search::ground() {
  Depths shallow;
  Depths known_to_run;
  for (const Knob& knob : knobs_) {
    shallow.push_back(std::clamp(kGroundDepth, knob.least, knob.most));
    known_to_run.push_back(knob.least > 1 ? knob.least : std::clamp(knob.before, knob.least, knob.most));
  }
  return solve(shallow) ? shallow : known_to_run;
}

Blame Search::blame(const Depths& depths) {
  const Plan plan = with_depths(solver_.plan(), knobs_, depths);
  ImageLog log;
  Rerun rerun(plan, solver_.work(), log);
  records_.resize(plan.streams.size());
  for (std::size_t index = 0; index < records_.size(); ++index) {
    records_[index].clear();
    rerun.stream(StreamId{index}).observe(records_[index]);
  }
  rerun.run_images();
  return blame_of(plan, records_, log.images().front().last_out);
}

std::int64_t Search::deeper(std::size_t knob, std::int64_t depth, const Depths& ceiling) const {
  return std::min(ceiling[knob], knobs_[knob].filled(kGrowthFactor * depth, objective_));
}

std::vector<std::size_t> Search::by_merit(const Depths& depths, const Blame& blame, const Depths& ceiling) const {
  std::vector<std::pair<double, std::size_t>> merits;
  for (std::size_t knob = 0; knob < knobs_.size(); ++knob) {
    const auto* stream = std::get_if<StreamId>(&knobs_[knob].what);
    const std::int64_t waits = stream != nullptr
                                   ? blame.streams[stream->index]
                                   : blame.pixel_buffers[std::get<PixelBuffers>(knobs_[knob].what).module.index];
    const std::int64_t depth = deeper(knob, depths[knob], ceiling);
    if (waits > 0 && depth > depths[knob]) {
      const std::int64_t paid =
          knobs_[knob].memory(depth).price(objective_) - knobs_[knob].memory(depths[knob]).price(objective_);
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

std::vector<Depths> Search::ways_to_grow(const Depths& depths, const Depths& ceiling) {
  const std::vector<std::size_t> order = by_merit(depths, blame(depths), ceiling);
  std::vector<Depths> ways;
  for (const std::size_t together : kGrowTogether) {
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
std::optional<Depths> Search::grown(const Depths& depths, const Depths& ceiling) {
  const Result before = solve(depths);
  const std::vector<Depths> ways = ways_to_grow(depths, ceiling);
  if (ways.empty()) {
    return std::nullopt;
  }
  const std::vector<Result> results = solve(ways);
  std::size_t chosen = ways.size() - 1;
  double most = 0.0;
  for (std::size_t way = 0; way < ways.size(); ++way) {
    if (!results[way]) {
      continue;
    }
    const std::int64_t needed = std::max(before->span() - most_span_, std::int64_t{1});
    const std::int64_t gained = std::min(before->span() - results[way]->span(), needed);
    const auto paid = static_cast<double>(std::max<std::int64_t>(1, price(ways[way]) - price(depths)));
    if (static_cast<double>(gained) / paid > most) {
      most = static_cast<double>(gained) / paid;
      chosen = way;
    }
  }
  return ways[chosen];
}

/// Deepens until the bound holds, nothing can be deepened, or it is not worth it. What deadlocks stays.
Depths Search::grow(Depths depths, const Depths& ceiling, const Worth& is_worth_it) {
  if (!solve(depths)) {
    return depths;
  }
  const double first = static_cast<double>(solve(depths)->span() - most_span_);
  while (!holds(solve(depths))) {
    const double missing = static_cast<double>(solve(depths)->span() - most_span_) / first;
    if (!is_worth_it(price(depths), missing)) {
      break;
    }
    tell("growing", kGrowingFrom, kTrimmingFrom, std::clamp(std::log(missing) / std::log(kMissingAtLast), 0.0, 1.0));
    std::optional<Depths> next = grown(depths, ceiling);
    if (!next) {
      break;
    }
    depths = std::move(*next);
  }
  return depths;
}

/// The smallest depth of one knob with which the bound still holds; two are tried at a time.
std::int64_t Search::shallowest(const Depths& depths, std::size_t knob, Judge judge) {
  const auto with = [&](std::int64_t depth) {
    Depths changed = depths;
    changed[knob] = knobs_[knob].filled(depth, objective_);
    return changed;
  };
  const std::int64_t step = knobs_[knob].step_down(depths[knob], objective_);
  std::int64_t enough = depths[knob];
  std::int64_t too_small = knobs_[knob].least - 1;
  if (step == enough) {
    return enough;
  }
  std::vector<std::int64_t> tried = {step, knobs_[knob].least + (step - knobs_[knob].least) / 2};
  for (;;) {
    const std::vector<Depths> vectors = {with(tried[0]), with(tried[1])};
    const std::vector<bool> holding = (this->*judge)(vectors, depths);
    for (std::size_t index = 0; index < vectors.size(); ++index) {
      if (holding[index]) {
        enough = std::min(enough, vectors[index][knob]);
      } else {
        too_small = std::max(too_small, vectors[index][knob]);
      }
    }
    const std::int64_t below = knobs_[knob].step_down(enough, objective_);
    if (below == enough || too_small >= below) {
      return enough;
    }
    const std::int64_t third = std::max<std::int64_t>(1, (enough - too_small) / 3);
    tried = {std::min(below, enough - third), std::min(below, std::max(too_small + 1, enough - 2 * third))};
  }
}

std::vector<std::size_t> Search::dearest_first(const Depths& depths) const {
  std::vector<std::pair<std::int64_t, std::size_t>> savings;
  for (std::size_t knob = 0; knob < knobs_.size(); ++knob) {
    const std::int64_t saving =
        knobs_[knob].memory(depths[knob]).price(objective_) - knobs_[knob].memory(knobs_[knob].least).price(objective_);
    if (saving > 0) {
      savings.emplace_back(-saving, knob);
    }
  }
  std::sort(savings.begin(), savings.end());
  std::vector<std::size_t> order;
  for (const auto& [saving, knob] : savings) {
    order.push_back(knob);
  }
  return order;
}

Search::Steps Search::steps_down(const Depths& depths) const {
  Steps steps;
  for (const std::size_t knob : dearest_first(depths)) {
    Depths step = depths;
    step[knob] = knobs_[knob].step_down(depths[knob], objective_);
    if (step != depths) {
      steps.knobs.push_back(knob);
      steps.vectors.push_back(std::move(step));
    }
  }
  return steps;
}

void Search::keep_those_that_hold(Steps& steps, const Depths& base, Judge judge) {
  const std::vector<bool> holding = (this->*judge)(steps.vectors, base);
  Steps kept;
  for (std::size_t place = 0; place < holding.size(); ++place) {
    if (holding[place]) {
      kept.knobs.push_back(steps.knobs[place]);
      kept.vectors.push_back(std::move(steps.vectors[place]));
    }
  }
  steps = std::move(kept);
}

/// As many of the steps at once as hold together: those first that save most for the time they lose. Each of
/// them holds by itself.
Depths Search::stepped_together(const Depths& depths, const Steps& steps, Judge judge) {
  const std::int64_t span = solver_.known().at(depths)->span();
  std::vector<std::pair<double, std::size_t>> merits;
  for (std::size_t place = 0; place < steps.knobs.size(); ++place) {
    const Depths& step = steps.vectors[place];
    const std::int64_t lost = std::max<std::int64_t>(0, solver_.known().at(step)->span() - span);
    merits.emplace_back(-static_cast<double>(price(depths) - price(step)) / static_cast<double>(lost + 1), place);
  }
  std::sort(merits.begin(), merits.end());
  const auto together = [&](std::size_t count) {
    Depths stepped = depths;
    for (std::size_t rank = 0; rank < count; ++rank) {
      const std::size_t place = merits[rank].second;
      stepped[steps.knobs[place]] = steps.vectors[place][steps.knobs[place]];
    }
    return stepped;
  };
  std::size_t enough = std::min<std::size_t>(1, merits.size());
  std::size_t too_many = merits.size() + 1;
  while (enough + 1 < too_many) {
    const std::size_t third = std::max<std::size_t>(1, (too_many - enough) / 3);
    const std::vector<std::size_t> counts = {enough + third, std::min(enough + 2 * third, too_many - 1)};
    const std::vector<bool> holding = (this->*judge)({together(counts[0]), together(counts[1])}, depths);
    for (std::size_t index = 0; index < counts.size(); ++index) {
      if (holding[index]) {
        enough = std::max(enough, counts[index]);
      } else {
        too_many = std::min(too_many, counts[index]);
      }
    }
  }
  return together(enough);
}

Depths Search::trim(Depths depths, Judge judge) {
  // A step of every knob is tried by itself first: most can go no further. The others go down together, then one after
  // the other as far as they can, and what they gave up may have made room again.
  for (;;) {
    Steps steps = steps_down(depths);
    keep_those_that_hold(steps, depths, judge);
    if (steps.knobs.empty()) {
      return depths;
    }
    depths = stepped_together(depths, steps, judge);
    for (std::size_t place = 0; place < steps.knobs.size(); ++place) {
      tell("trimming", kTrimmingFrom, kExchangeFrom,
           static_cast<double>(place) / static_cast<double>(steps.knobs.size()));
      depths[steps.knobs[place]] = shallowest(depths, steps.knobs[place], judge);
    }
  }
}

void Search::exchange(const Depths& ceiling) {
  const std::int64_t first = solver_.runs();
  const std::int64_t most = kExchangeRuns * std::ssize(knobs_);
  for (bool is_better = true; is_better;) {
    is_better = false;
    const Best current = *best_;
    for (const std::size_t knob : dearest_first(current.depths)) {
      const std::int64_t spent = solver_.runs() - first;
      if (spent > most) {
        return;
      }
      tell("exchanging", kExchangeFrom, kProvingFrom, static_cast<double>(spent) / static_cast<double>(most));
      Depths halved = current.depths;
      halved[knob] = knobs_[knob].filled(std::midpoint(knobs_[knob].least, current.depths[knob]), objective_);
      if (halved == current.depths) {
        continue;
      }
      Depths lower = ceiling;
      lower[knob] = halved[knob];
      const std::int64_t saved = current.price - price(halved);
      const Depths regained = grow(halved, lower, [&](std::int64_t grown_price, double missing) {
        const auto paid = static_cast<double>(grown_price - price(halved));
        return grown_price < current.price &&
               paid * kLeftByTrimming <= static_cast<double>(saved) * std::max(1.0 - missing, 0.0);
      });
      if (holds(solve(regained)) && price(trim(regained, &Search::seem_to_hold)) < current.price) {
        is_better = true;
        break;
      }
    }
  }
}

void Search::prove() {
  Box all{{}, {}, 0};
  double vectors = 1.0;
  for (const Knob& knob : knobs_) {
    all.shallow.push_back(knob.least);
    all.deep.push_back(knob.most);
    vectors *= static_cast<double>(knob.most - knob.least + 1);
  }
  const std::int64_t words = solver_.plan().words_per_image() * solver_.work().images().count;
  if (vectors > kMostVectors) {
    return;
  }
  const std::int64_t most_runs = solver_.runs() + kMostWords / words;
  std::priority_queue<Box> open;
  all.least_price = price(all.shallow);
  open.push(std::move(all));
  while (!open.empty() && open.top().least_price < best_->price) {
    if (solver_.runs() > most_runs) {
      return;
    }
    Box box = open.top();
    open.pop();
    const std::vector<Result> corners = solve({box.shallow, box.deep});
    const bool none_holds = !corners[1] || (corners[0] && corners[1]->last() - corners[0]->first() > most_span_);
    if (none_holds || holds(corners[0])) {
      continue;
    }
    std::size_t widest = 0;
    for (std::size_t knob = 0; knob < knobs_.size(); ++knob) {
      const auto range = [&](std::size_t at) { return box.deep[at] - box.shallow[at]; };
      widest = range(knob) * knobs_[knob].width > range(widest) * knobs_[widest].width ? knob : widest;
    }
    if (box.deep[widest] == box.shallow[widest]) {
      continue;
    }
    const std::int64_t middle = std::midpoint(box.shallow[widest], box.deep[widest]);
    Box upper = box;
    box.deep[widest] = middle;
    upper.shallow[widest] = middle + 1;
    upper.least_price = price(upper.shallow);
    open.push(std::move(box));
    open.push(std::move(upper));
  }
  is_proven_ = true;
}

/// Trims the best until no step of any knob holds, now for certain.
void Search::settle() {
  for (Depths settled; settled != best_->depths;) {
    settled = best_->depths;
    trim(settled, &Search::hold);
  }
}

void Search::run(const Unbounded& unbounded, const Stage& stage) {
  stage_ = stage;
  stage_("bounding", 0.0);
  const Depths ceiling = start(unbounded);
  const Depths grown_up = grow(ground(), ceiling, [&](std::int64_t price, double) { return price < best_->price; });
  trim(holds(solve(grown_up)) ? grown_up : ceiling, &Search::seem_to_hold);
  exchange(ceiling);
  stage_("proving", kProvingFrom);
  settle();
  prove();
  settle();
}

Depths Search::within_memory(std::int64_t amount) {
  const auto fits = [&](const Depths& depths) { return memory_of(knobs_, depths).amount(objective_) <= amount; };
  Depths least;
  Depths most;
  for (const Knob& knob : knobs_) {
    least.push_back(knob.least);
    most.push_back(knob.most);
  }
  solve({least, ground()});
  Depths fastest;
  std::int64_t least_span = 0;
  for (const auto& [depths, result] : solver_.known()) {
    if (result && fits(depths) && (fastest.empty() || result->span() < least_span)) {
      fastest = depths;
      least_span = result->span();
    }
  }
  for (bool is_better = !fastest.empty(); is_better;) {
    is_better = false;
    std::vector<Depths> ways = ways_to_grow(fastest, most);
    std::erase_if(ways, [&](const Depths& way) { return !fits(way); });
    const std::vector<Result> results = solve(ways);
    for (std::size_t way = 0; way < ways.size(); ++way) {
      if (results[way] && results[way]->span() < least_span) {
        fastest = ways[way];
        least_span = results[way]->span();
        is_better = true;
      }
    }
  }
  return fastest;
}

}  // namespace millrace::sim
