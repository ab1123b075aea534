#include "sim/sizing/trimming.hpp"

#include <algorithm>
#include <utility>

namespace millrace::sim {

std::vector<std::size_t> dearest_first(const std::vector<Knob>& knobs, const Depths& depths, Objective objective) {
  std::vector<std::pair<std::int64_t, std::size_t>> savings;
  for (std::size_t knob = 0; knob < knobs.size(); ++knob) {
    const std::int64_t saving =
        knobs[knob].memory(depths[knob]).price(objective) - knobs[knob].memory(knobs[knob].least).price(objective);
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

/// A step of every knob by itself, the dearest first; most hold no more.
Trimming::Steps Trimming::steps_down_that_hold(const Depths& depths) {
  const std::vector<Knob>& knobs = trials_.knobs();
  Steps all;
  for (const std::size_t knob : dearest_first(knobs, depths, trials_.objective())) {
    Depths step = depths;
    step[knob] = knobs[knob].step_down(depths[knob], trials_.objective());
    if (step != depths) {
      all.knobs.push_back(knob);
      all.vectors.push_back(std::move(step));
    }
  }
  const std::vector<bool> holding = judged(all.vectors, depths);
  Steps steps;
  for (std::size_t place = 0; place < holding.size(); ++place) {
    if (holding[place]) {
      steps.knobs.push_back(all.knobs[place]);
      steps.vectors.push_back(std::move(all.vectors[place]));
    }
  }
  return steps;
}

/// As many of the steps at once as hold together: those first that save most for the time they lose. Each of them holds
/// by itself.
Depths Trimming::stepped_together(const Depths& depths, const Steps& steps) {
  const std::int64_t span = trials_.span(depths);
  std::vector<std::pair<double, std::size_t>> merits;
  for (std::size_t place = 0; place < steps.knobs.size(); ++place) {
    const Depths& step = steps.vectors[place];
    const std::int64_t lost = std::max<std::int64_t>(0, trials_.span(step) - span);
    merits.emplace_back(
        -static_cast<double>(trials_.price(depths) - trials_.price(step)) / static_cast<double>(lost + 1), place);
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
    const std::vector<bool> holding = judged({together(counts[0]), together(counts[1])}, depths);
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

/// The smallest depth of one knob with which the bound still holds; two are tried at a time.
std::int64_t Trimming::shallowest(const Depths& depths, std::size_t knob) {
  const Knob& turned = trials_.knobs()[knob];
  const Objective objective = trials_.objective();
  const auto with = [&](std::int64_t depth) {
    Depths changed = depths;
    changed[knob] = turned.filled(depth, objective);
    return changed;
  };
  const std::int64_t step = turned.step_down(depths[knob], objective);
  std::int64_t enough = depths[knob];
  std::int64_t too_small = turned.least - 1;
  if (step == enough) {
    return enough;
  }
  std::vector<std::int64_t> tried = {step, turned.least + (step - turned.least) / 2};
  for (;;) {
    const std::vector<Depths> vectors = {with(tried[0]), with(tried[1])};
    const std::vector<bool> holding = judged(vectors, depths);
    for (std::size_t index = 0; index < vectors.size(); ++index) {
      if (holding[index]) {
        enough = std::min(enough, vectors[index][knob]);
      } else {
        too_small = std::max(too_small, vectors[index][knob]);
      }
    }
    const std::int64_t below = turned.step_down(enough, objective);
    if (below == enough || too_small >= below) {
      return enough;
    }
    const std::int64_t third = std::max<std::int64_t>(1, (enough - too_small) / 3);
    tried = {std::min(below, enough - third), std::min(below, std::max(too_small + 1, enough - 2 * third))};
  }
}

Depths Trimming::trim(Depths depths) {
  for (;;) {
    const Steps steps = steps_down_that_hold(depths);
    if (steps.knobs.empty()) {
      return depths;
    }
    depths = stepped_together(depths, steps);
    // What the others gave up may have made room again.
    for (std::size_t place = 0; place < steps.knobs.size(); ++place) {
      progress_(static_cast<double>(place) / static_cast<double>(steps.knobs.size()));
      depths[steps.knobs[place]] = shallowest(depths, steps.knobs[place]);
    }
  }
}

}  // namespace millrace::sim
