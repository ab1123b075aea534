// FIFO sizing as a whole: what is asked for, what is found, and what it is compared with.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/resolve/recorded_work.hpp"
#include "sim/sizing/baselines.hpp"
#include "sim/sizing/knob.hpp"
#include "sim/sizing/solver.hpp"
#include "sim/sizing/unbounded.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

struct SizingRequest {
  Objective objective = Objective::kBits;
  double slowdown = 0.01;  ///< of the unbounded interval
  Scope scope = Scope::kStreams;
  std::map<std::string, std::int64_t> pins;
  std::optional<std::int64_t> memory;  ///< most that the FIFOs may take, in the unit of the objective
  std::size_t threads = 1;
};

/// How a search ended.
enum class Standing {
  kOptimal,      ///< no other vector within the bound takes less
  kMinimal,      ///< no knob of it can go down a step
  kInterrupted,  ///< the best so far
  kTooSlow,      ///< within the memory, but not within the slowdown
};

/// What the report says of one knob.
struct SizedKnob {
  std::optional<Peak> peak;            ///< of a stream
  std::optional<std::int64_t> halved;  ///< half its depth, if it can have less
  Result halved_result;                ///< what the whole does with this one halved
};

struct Compared {
  std::string name;
  Depths depths;
  Result result;
};

/// One vector that no other known one beats in both.
struct ParetoPoint {
  FifoMemory memory;
  std::int64_t span = 0;
};

struct Sizing {
  std::vector<Knob> knobs;
  Unbounded unbounded;
  std::int64_t intervals = 1;  ///< images less one: spans are over this many
  std::int64_t most_span = 0;  ///< that the slowdown allows
  Standing standing = Standing::kMinimal;
  Depths depths;
  Solved solved;
  std::vector<SizedKnob> sized;
  std::vector<Compared> compared;  ///< the file as it was, and the baselines
  std::vector<ParetoPoint> pareto;
  std::int64_t runs = 0;

  FifoMemory memory() const { return memory_of(knobs, depths); }
  double interval(std::int64_t span) const { return static_cast<double>(span) / static_cast<double>(intervals); }
  /// Above the unbounded interval, as a fraction of it.
  double slowdown(std::int64_t span) const {
    return static_cast<double>(span) / static_cast<double>(unbounded.span) - 1.0;
  }
};

/// Sees how far a sizing has come.
class SizingObserver {
 public:
  virtual ~SizingObserver() = default;
  /// `done`: of all that is to do, an estimate; `best`: memory of the best vector so far.
  virtual void at(const std::string& stage, double done, std::int64_t runs, const std::optional<FifoMemory>& best) = 0;
};

/// Not even the shallowest depths are within the memory that was asked for.
class NothingFits : public std::runtime_error {
 public:
  explicit NothingFits(std::int64_t sized_amount)
      : std::runtime_error("no depths take so little"), sized_amount_(sized_amount) {}
  /// What the cheapest depths within the slowdown take.
  std::int64_t sized_amount() const { return sized_amount_; }

 private:
  std::int64_t sized_amount_;
};

/// Needs two images at least. When `stop` becomes true the best so far is returned, or nothing if there is none yet.
/// Throws TraceError, StuckForEver, NothingFits.
std::optional<Sizing> size_fifos(const Plan& plan, const traces::Trace& trace, const RecordedWork& work,
                                 const SizingRequest& request, SizingObserver& observer, const std::atomic<bool>& stop);

}  // namespace millrace::sim
