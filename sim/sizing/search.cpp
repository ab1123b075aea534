#include "sim/sizing/search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "sim/sizing/proof.hpp"
#include "sim/sizing/trimming.hpp"

namespace millrace::sim {
namespace {

/// Runs that the exchange may take, for each knob.
constexpr std::int64_t kExchangeRuns = 2;
/// Growth doubles depths; trimming leaves a third of what was paid for it, as measured on ResNet-20.
constexpr double kLeftByTrimming = 1.0 / 3.0;
/// What of all is done when a stage begins, as measured on ResNet-20.
constexpr double kGrowingFrom = 0.02;
constexpr double kTrimmingFrom = 0.14;
constexpr double kExchangeFrom = 0.48;
constexpr double kProvingFrom = 0.93;

}  // namespace

/// Growth and trimming come again within the exchange: what is done never becomes less.
void Search::tell(const std::string& stage, double from, double to, double part) {
  const double done = std::lerp(from, to, part);
  if (done > done_) {
    done_ = done;
    stage_(stage, done);
  }
}

Depths Search::filled(Depths depths) const {
  for (std::size_t knob = 0; knob < depths.size(); ++knob) {
    depths[knob] = trials_.knobs()[knob].filled(depths[knob], trials_.objective());
  }
  return depths;
}

Depths Search::start(const Unbounded& unbounded) {
  // The reference is not paced and may be a little faster than what the paced run needed room for. It is reached with
  // every stream at its most.
  Depths depths = filled(unbounded.room);
  for (;;) {
    if (trials_.holds(trials_.solve(depths))) {
      return depths;
    }
    for (std::size_t knob = 0; knob < depths.size(); ++knob) {
      depths[knob] = std::min(trials_.knobs()[knob].most, Growth::kFactor * depths[knob]);
    }
    depths = filled(depths);
  }
}

Depths Search::grow(const Depths& depths, const Depths& ceiling, const Growth::Worth& is_worth_it) {
  return growth_.grow(depths, ceiling, is_worth_it,
                      [this](double done) { tell("growing", kGrowingFrom, kTrimmingFrom, done); });
}

Depths Search::trim(const Depths& depths, Trials::Judge judge) {
  return Trimming(trials_, judge, [this](double done) { tell("trimming", kTrimmingFrom, kExchangeFrom, done); })
      .trim(depths);
}

/// Tries to do with half of a knob. True if that became cheaper than the best.
bool Search::exchange(std::size_t knob, const Depths& ceiling) {
  const Best current = *best();
  const Knob& turned = trials_.knobs()[knob];
  Depths halved = current.depths;
  halved[knob] = turned.filled(std::midpoint(turned.least, current.depths[knob]), trials_.objective());
  if (halved == current.depths) {
    return false;
  }
  Depths lower = ceiling;
  lower[knob] = halved[knob];
  const std::int64_t least = trials_.price(halved);
  const Depths regained = grow(halved, lower, [&](std::int64_t price, double missing) {
    const auto paid = static_cast<double>(price - least);
    const auto saved = static_cast<double>(current.price - least);
    return price < current.price && paid * kLeftByTrimming <= saved * std::max(1.0 - missing, 0.0);
  });
  return trials_.holds(trials_.solve(regained)) && trials_.price(trim(regained, &Trials::seem_to_hold)) < current.price;
}

void Search::exchange_all(const Depths& ceiling) {
  const std::int64_t first = trials_.solver().runs();
  const std::int64_t most = kExchangeRuns * std::ssize(trials_.knobs());
  const auto is_exchanged = [&](std::size_t knob) {
    const std::int64_t spent = std::min(trials_.solver().runs() - first, most);
    tell("exchanging", kExchangeFrom, kProvingFrom, static_cast<double>(spent) / static_cast<double>(most));
    return spent < most && exchange(knob, ceiling);
  };
  while (std::ranges::any_of(dearest_first(trials_.knobs(), best()->depths, trials_.objective()), is_exchanged)) {
  }
}

/// Trims the best until no step of any knob holds, now for certain.
void Search::settle() {
  for (Depths settled; settled != best()->depths;) {
    settled = best()->depths;
    trim(settled, &Trials::hold);
  }
}

void Search::run(const Unbounded& unbounded, const Stage& stage) {
  stage_ = stage;
  stage_("bounding", 0.0);
  const Depths ceiling = start(unbounded);
  const Depths grown =
      grow(growth_.ground(), ceiling, [this](std::int64_t price, double) { return price < best()->price; });
  trim(trials_.holds(trials_.solve(grown)) ? grown : ceiling, &Trials::seem_to_hold);
  exchange_all(ceiling);
  stage_("proving", kProvingFrom);
  settle();
  is_proven_ = prove_best(trials_);
  settle();
}

Depths Search::within_memory(std::int64_t amount) {
  const auto fits = [&](const Depths& depths) {
    return memory_of(trials_.knobs(), depths).amount(trials_.objective()) <= amount;
  };
  Depths least;
  Depths most;
  for (const Knob& knob : trials_.knobs()) {
    least.push_back(knob.least);
    most.push_back(knob.most);
  }
  trials_.solve({least, growth_.ground()});
  Depths fastest;
  std::int64_t least_span = 0;
  for (const auto& [depths, result] : trials_.solver().known()) {
    if (result && fits(depths) && (fastest.empty() || result->span() < least_span)) {
      fastest = depths;
      least_span = result->span();
    }
  }
  for (bool is_better = !fastest.empty(); is_better;) {
    is_better = false;
    std::vector<Depths> ways = growth_.ways(fastest, most);
    std::erase_if(ways, [&](const Depths& way) { return !fits(way); });
    const std::vector<Result> results = trials_.solve(ways);
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
