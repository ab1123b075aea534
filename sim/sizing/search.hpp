// The search for the cheapest depths within a bound of time.
//
// 1. A vector that certainly holds: what the paced unbounded run needed.
// 2. Growth from almost nothing until the bound holds (growth.hpp).
// 3. Trimming: every knob as far down as the bound allows (trimming.hpp). A vector is given up at the first image that
//    is too late, which saves time and errs now and then.
// 4. Exchange: a dear knob is halved, the time regained by growth elsewhere, and the whole trimmed again; kept if it
//    became cheaper. Then the best is trimmed once more, now for certain: no knob can go one step down.
// 5. Proof that nothing is cheaper, where there is little to turn (proof.hpp).
//
// Nothing depends on the number of threads, or on time: equal input gives equal depths.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/sizing/growth.hpp"
#include "sim/sizing/trials.hpp"
#include "sim/sizing/unbounded.hpp"

namespace millrace::sim {

class Search {
 public:
  /// Told which stage it is in and how much of all is done, 0 to 1: an estimate.
  using Stage = std::function<void(const std::string& stage, double done)>;

  Search(Solver& solver, Objective objective, std::int64_t most_span)
      : trials_(solver, objective, most_span), growth_(trials_) {}

  /// Throws Interrupted; best() stands then too.
  void run(const Unbounded& unbounded, const Stage& stage);
  /// The least time within an amount of memory: the fastest vector known so far that fits, deepened as long as that
  /// gains time and fits. Empty if not even the shallowest depths fit. Throws Interrupted.
  Depths within_memory(std::int64_t amount);

  /// The cheapest vector within the bound so far; nothing before the first.
  const std::optional<Best>& best() const { return trials_.best(); }
  /// True if no other vector is cheaper, not only none with one depth less.
  bool is_proven() const { return is_proven_; }

 private:
  Depths start(const Unbounded& unbounded);
  Depths filled(Depths depths) const;
  Depths grow(const Depths& depths, const Depths& ceiling, const Growth::Worth& is_worth_it);
  Depths trim(const Depths& depths, Trials::Judge judge);
  bool exchange(std::size_t knob, const Depths& ceiling);
  void exchange_all(const Depths& ceiling);
  void settle();
  void tell(const std::string& stage, double from, double to, double part);

  Trials trials_;
  Growth growth_;
  bool is_proven_ = false;
  Stage stage_ = [](const std::string&, double) {};
  double done_ = 0.0;
};

}  // namespace millrace::sim
