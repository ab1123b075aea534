#include "sim/sizing/solver.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "sim/resolve/do_all.hpp"
#include "sim/resolve/rerun.hpp"

namespace millrace::sim {

Solved solved_of(const Outcome& outcome) {
  return {outcome.images.front().last_out.edge(), outcome.images.back().last_out.edge()};
}

Solver::Solver(const Plan& plan, const std::vector<Knob>& knobs, const RecordedWork& work, std::size_t threads,
               const std::atomic<bool>& stop)
    : plan_(plan), knobs_(knobs), work_(work), threads_(threads), stop_(stop) {}

std::vector<Result> Solver::solve(const std::vector<Depths>& vectors) {
  std::set<Depths> distinct;
  std::copy_if(vectors.begin(), vectors.end(), std::inserter(distinct, distinct.end()),
               [&](const Depths& depths) { return !known_.contains(depths); });
  std::vector<std::pair<const Depths*, Result>> unknown;
  for (const Depths& depths : distinct) {
    unknown.emplace_back(&depths, Result{});
  }
  do_all(unknown.size(), threads_, [&](std::size_t index) {
    if (stop_) {
      throw Interrupted();
    }
    unknown[index].second = run(*unknown[index].first);
  });
  for (const auto& [depths, result] : unknown) {
    known_.emplace(*depths, result);
  }
  runs_ += std::ssize(unknown);
  if (progress_ && !unknown.empty()) {
    progress_(runs_);
  }
  std::vector<Result> results;
  for (const Depths& depths : vectors) {
    results.push_back(known_.at(depths));
  }
  return results;
}

Result Solver::run(const Depths& depths) const {
  const Plan changed = with_depths(plan_, knobs_, depths);
  const std::variant<Outcome, Deadlock> result = Rerun(changed, work_).run();
  const auto* outcome = std::get_if<Outcome>(&result);
  return outcome != nullptr ? Result{solved_of(*outcome)} : std::nullopt;
}

}  // namespace millrace::sim
