// Depths that grow from almost nothing: the critical path names the streams whose lack of room delayed the last word;
// of several ways to deepen the worst of them, that with most time gained for its price is taken, until the bound
// holds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/sizing/critical_path.hpp"
#include "sim/sizing/edge_record.hpp"
#include "sim/sizing/trials.hpp"

namespace millrace::sim {

class Growth {
 public:
  /// By which a depth grows in one round.
  static constexpr std::int64_t kFactor = 2;

  explicit Growth(Trials& trials) : trials_(trials) {}

  /// Almost nothing: joins at their minimum, all else at a depth that passes a word an edge. Where the minimum of a
  /// join counts on more room elsewhere, that elsewhere is as it was.
  Depths ground();

  /// Whether to pay on: the price so far, and the part of the time that is still to be gained.
  using Worth = std::function<bool(std::int64_t price, double missing)>;
  /// Told how far it is, 0 to 1: an estimate.
  using Progress = std::function<void(double done)>;
  /// Deepens until the bound holds, nothing can be deepened, or it is not worth it. What deadlocks stays.
  Depths grow(Depths depths, const Depths& ceiling, const Worth& is_worth_it, const Progress& progress);

  /// Deepened by one round, in several ways; none of them beyond the ceiling. `depths` do not deadlock.
  std::vector<Depths> ways(const Depths& depths, const Depths& ceiling);

 private:
  Blame blame(const Depths& depths);
  std::vector<std::size_t> by_merit(const Depths& depths, const Blame& blame, const Depths& ceiling) const;
  std::int64_t deeper(std::size_t knob, std::int64_t depth, const Depths& ceiling) const;
  std::optional<Depths> grown(const Depths& depths, const Depths& ceiling);

  Trials& trials_;
  /// Of the last blame; kept for its memory, which is as large as all words of all images.
  std::vector<EdgeRecord> records_;
};

}  // namespace millrace::sim
