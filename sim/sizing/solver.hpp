// Runs depth vectors on recorded work, several at once, and remembers what came out.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sim/accounts/outcome.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/sizing/knob.hpp"

namespace millrace::sim {

/// The user wants to stop; what was found so far stands.
class Interrupted : public std::exception {};

/// When a vector's images were through; whole numbers, so that bounds are exact.
struct Solved {
  std::vector<std::int64_t> left;  ///< edges of the images' last words out, in order; at least one
  std::int64_t first() const { return left.front(); }
  std::int64_t last() const { return left.back(); }
  /// The interval is this over the number of images less one.
  std::int64_t span() const { return last() - first(); }
};

/// Nothing for a deadlock.
using Result = std::optional<Solved>;

class Solver {
 public:
  /// Called behind every vector that was run, by the thread that asked for it.
  using Progress = std::function<void(std::int64_t runs)>;

  /// All must outlive it. Between vectors it looks at `stop` and throws Interrupted.
  Solver(const Plan& plan, const std::vector<Knob>& knobs, const RecordedWork& work, std::size_t threads,
         const std::atomic<bool>& stop);

  /// In the order of the vectors, whatever the number of threads.
  std::vector<Result> solve(const std::vector<Depths>& vectors);
  Result solve(const Depths& depths) { return solve(std::vector<Depths>{depths}).front(); }
  /// Which of the vectors keep the span, as far as that can be said early: a vector is given up at the first image by
  /// which it has lost more against `base` than base has to spare. True is certain; false would be wrong only if
  /// later images made up for it, and solve() knows. `base` has been solved and keeps the span.
  std::vector<bool> seem_to_keep(std::int64_t most_span, const std::vector<Depths>& vectors, const Depths& base);

  void on_progress(Progress progress) { progress_ = std::move(progress); }
  /// Vectors that were run, and all that is known of them.
  std::int64_t runs() const { return runs_; }
  const std::map<Depths, Result>& known() const { return known_; }

  const Plan& plan() const { return plan_; }
  const std::vector<Knob>& knobs() const { return knobs_; }
  const RecordedWork& work() const { return work_; }

 private:
  /// By image, cycles behind the first; empty: none.
  using Deadline = std::vector<std::int64_t>;

  /// Runs those that are not known yet, on all threads.
  void run(const std::vector<Depths>& vectors, const Deadline& deadline);
  /// Nothing if it was given up.
  std::optional<Result> run(const Depths& depths, const Deadline& deadline) const;

  const Plan& plan_;
  const std::vector<Knob>& knobs_;
  const RecordedWork& work_;
  std::size_t threads_;
  const std::atomic<bool>& stop_;
  Progress progress_;
  std::int64_t runs_ = 0;
  std::map<Depths, Result> known_;
  std::set<Depths> given_up_;
};

Solved solved_of(std::span<const ImageResult> images);

}  // namespace millrace::sim
