// Depth vectors that are tried against a bound of time, and the cheapest of those that held.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/sizing/solver.hpp"

namespace millrace::sim {

struct Best {
  Depths depths;
  std::int64_t price = 0;
};

class Trials {
 public:
  /// What is asked of a vector: that its span is no longer than `most_span`, and that it is cheap.
  Trials(Solver& solver, Objective objective, std::int64_t most_span)
      : solver_(solver), objective_(objective), most_span_(most_span) {}

  const Solver& solver() const { return solver_; }
  const std::vector<Knob>& knobs() const { return solver_.knobs(); }
  Objective objective() const { return objective_; }
  std::int64_t most_span() const { return most_span_; }

  std::int64_t price(const Depths& depths) const { return memory_of(knobs(), depths).price(objective_); }
  bool holds(const Result& result) const { return result && result->span() <= most_span_; }

  /// As Solver::solve(). What holds may become the best.
  std::vector<Result> solve(const std::vector<Depths>& vectors);
  Result solve(const Depths& depths) { return solve(std::vector<Depths>{depths}).front(); }
  /// Of one that was solved and does not deadlock.
  std::int64_t span(const Depths& depths) const { return solver_.known().at(depths)->span(); }

  /// Which of the vectors hold, said of each: for certain, or as Solver::seem_to_keep() says it. What is said to hold
  /// has been solved, and may become the best.
  using Judge = std::vector<bool> (Trials::*)(const std::vector<Depths>& vectors, const Depths& base);
  std::vector<bool> hold(const std::vector<Depths>& vectors, const Depths& base);
  std::vector<bool> seem_to_hold(const std::vector<Depths>& vectors, const Depths& base);

  /// Nothing before the first that held.
  const std::optional<Best>& best() const { return best_; }

 private:
  void offer(const Depths& depths);

  Solver& solver_;
  Objective objective_;
  std::int64_t most_span_;
  std::optional<Best> best_;
};

}  // namespace millrace::sim
