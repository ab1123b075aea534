// The search for the cheapest depths within a bound of time.
//
// 1. A vector that certainly holds: what the paced unbounded run needed.
// 2. Growth from almost nothing: the critical path names the streams whose lack of room delayed the last word; of
//    several ways to deepen the worst of them for their price, that with most time gained for its price is taken, until
//    the bound holds.
// 3. Trimming: every knob as far down as the bound allows, until no knob seems able to go one step down: steps that
//    hold by themselves are taken together as far as that holds, then each knob goes on alone, dearest first. A vector
//    is given up at the first image that is too late, which takes a third of the time and errs now and then.
// 4. Exchange: a dear knob is halved, the time regained by growth elsewhere, and the whole trimmed again; kept if it
//    became cheaper. Then the best is trimmed once more, now for certain.
// 5. Proof, where there is little to turn: branch and bound over all vectors, by corners. A vector that is nowhere
//    deeper is nowhere earlier, so that the deep corner of a box bounds the last edge of all of it and the shallow one
//    the first image's.
//
// Nothing depends on the number of threads, or on time: equal input gives equal depths.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/sizing/critical_path.hpp"
#include "sim/sizing/edge_record.hpp"
#include "sim/sizing/solver.hpp"
#include "sim/sizing/unbounded.hpp"

namespace millrace::sim {

struct Best {
  Depths depths;
  std::int64_t price = 0;
};

class Search {
 public:
  /// Told which stage it is in and how much of all is done, 0 to 1: an estimate.
  using Stage = std::function<void(const std::string& stage, double done)>;

  Search(Solver& solver, Objective objective, std::int64_t most_span);

  /// Throws Interrupted; best() stands then too.
  void run(const Unbounded& unbounded, const Stage& stage);
  /// The least time within an amount of memory: the fastest vector known so far that fits, deepened as long as that
  /// gains time and fits. Empty if not even the shallowest depths fit. Throws Interrupted.
  Depths within_memory(std::int64_t amount);

  /// The cheapest vector within the bound so far; nothing before the first.
  const std::optional<Best>& best() const { return best_; }
  /// True if no other vector is cheaper, not only none with one depth less.
  bool is_proven() const { return is_proven_; }

 private:
  struct Box;
  /// Vectors that have one knob a step down each, the dearest knob first.
  struct Steps {
    std::vector<std::size_t> knobs;
    std::vector<Depths> vectors;
  };

  bool holds(const Result& result) const { return result && result->span() <= most_span_; }
  std::int64_t price(const Depths& depths) const;
  /// May become the best. It holds.
  void offer(const Depths& depths);
  std::vector<Result> solve(const std::vector<Depths>& vectors);
  Result solve(const Depths& depths) { return solve(std::vector<Depths>{depths}).front(); }
  /// Which of the vectors hold, said of each: for certain, or as Solver::seem_to_keep() does.
  using Judge = std::vector<bool> (Search::*)(const std::vector<Depths>& vectors, const Depths& base);
  std::vector<bool> hold(const std::vector<Depths>& vectors, const Depths& base);
  std::vector<bool> seem_to_hold(const std::vector<Depths>& vectors, const Depths& base);
  Depths start(const Unbounded& unbounded);
  Depths ground();
  Depths filled(Depths depths) const;
  /// Of one that does not deadlock.
  Blame blame(const Depths& depths);
  std::vector<std::size_t> by_merit(const Depths& depths, const Blame& blame, const Depths& ceiling) const;
  std::vector<Depths> ways_to_grow(const Depths& depths, const Depths& ceiling);
  std::optional<Depths> grown(const Depths& depths, const Depths& ceiling);
  std::int64_t deeper(std::size_t knob, std::int64_t depth, const Depths& ceiling) const;
  /// Whether to pay on: the price so far, and the part of the time that is still to be gained.
  using Worth = std::function<bool(std::int64_t price, double missing)>;
  Depths grow(Depths depths, const Depths& ceiling, const Worth& is_worth_it);
  Steps steps_down(const Depths& depths) const;
  void keep_those_that_hold(Steps& steps, const Depths& base, Judge judge);
  Depths stepped_together(const Depths& depths, const Steps& steps, Judge judge);
  Depths trim(Depths depths, Judge judge);
  std::int64_t shallowest(const Depths& depths, std::size_t knob, Judge judge);
  std::vector<std::size_t> dearest_first(const Depths& depths) const;
  void exchange(const Depths& ceiling);
  void tell(const std::string& stage, double from, double to, double part);
  void prove();
  void settle();

  Solver& solver_;
  const std::vector<Knob>& knobs_;
  Objective objective_;
  std::int64_t most_span_;
  std::optional<Best> best_;
  bool is_proven_ = false;
  Stage stage_ = [](const std::string&, double) {};
  double done_ = 0.0;
  /// Of the last blame; kept for its memory, which is as large as all words of all images.
  std::vector<EdgeRecord> records_;
};

}  // namespace millrace::sim
