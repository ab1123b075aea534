#include "sim/sizing/proof.hpp"

#include <cstdint>
#include <numeric>
#include <queue>
#include <utility>

namespace millrace::sim {
namespace {

/// Vectors among which the best is searched for certain, and words that may flow for it.
constexpr double kMostVectors = 1 << 24;
constexpr std::int64_t kMostWords = std::int64_t{1} << 31;

/// All vectors between two corners, corners included.
struct Box {
  Depths shallow;
  Depths deep;
  std::int64_t least_price = 0;
  bool operator<(const Box& other) const { return least_price > other.least_price; }
};

}  // namespace

bool prove_best(Trials& trials) {
  const std::vector<Knob>& knobs = trials.knobs();
  const Solver& solver = trials.solver();
  Box all{{}, {}, 0};
  double vectors = 1.0;
  for (const Knob& knob : knobs) {
    all.shallow.push_back(knob.least);
    all.deep.push_back(knob.most);
    vectors *= static_cast<double>(knob.most - knob.least + 1);
  }
  const std::int64_t words = solver.plan().words_per_image() * solver.work().images().count;
  if (vectors > kMostVectors) {
    return false;
  }
  const std::int64_t most_runs = solver.runs() + kMostWords / words;
  std::priority_queue<Box> open;
  all.least_price = trials.price(all.shallow);
  open.push(std::move(all));
  while (!open.empty() && open.top().least_price < trials.best()->price) {
    if (solver.runs() > most_runs) {
      return false;
    }
    Box box = open.top();
    open.pop();
    const std::vector<Result> corners = trials.solve({box.shallow, box.deep});
    const bool none_holds =
        !corners[1] || (corners[0] && corners[1]->last() - corners[0]->first() > trials.most_span());
    if (none_holds || trials.holds(corners[0])) {
      continue;
    }
    std::size_t widest = 0;
    for (std::size_t knob = 0; knob < knobs.size(); ++knob) {
      const auto range = [&](std::size_t at) { return box.deep[at] - box.shallow[at]; };
      widest = range(knob) * knobs[knob].width > range(widest) * knobs[widest].width ? knob : widest;
    }
    if (box.deep[widest] == box.shallow[widest]) {
      continue;
    }
    const std::int64_t middle = std::midpoint(box.shallow[widest], box.deep[widest]);
    Box upper = box;
    box.deep[widest] = middle;
    upper.shallow[widest] = middle + 1;
    upper.least_price = trials.price(upper.shallow);
    open.push(std::move(box));
    open.push(std::move(upper));
  }
  return true;
}

}  // namespace millrace::sim
