// Folds a network: an accelerator whose engines take about as long as each other for an image, under a budget.
//
// Engines are widened as in widen_slowest.hpp. Among the foldings that are then no slower than the interval, and take
// no more DSPs and block RAMs than the one found, those with the least coarse_in are kept, and of them are taken
// those whose lanes fit the neighbours' (match_lanes.hpp).
// Groups have at most 32 pairs, or those of one channel: a unit that skips needs a crossbar as wide as its group, and
// LUTs, which a wide one takes, are not modelled. Streams hold 24 words, which takes no block RAM, or a row where rows
// come in bursts (row_buffers.hpp).
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/config/accelerator.hpp"
#include "sim/folding/widen_slowest.hpp"
#include "sim/plan/engine_registry.hpp"
#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// What is asked for.
struct FoldRequest {
  std::filesystem::path out;    ///< of the accelerator file: errors name it, and its trace is told from there
  std::filesystem::path trace;  ///< as the file is to name it
  UnitKind unit = UnitKind::kSkipBoth;
  double clock_mhz = 200.0;
  Budget budget;
};

struct FoldedEngine {
  std::string layer;
  Parallelism parallelism;
  Cost cost;
};

struct Fold {
  Accelerator accelerator;
  Plan plan;
  std::vector<FoldedEngine> engines;  ///< in the order of the network; without layers that have none of their own
  double interval = 0.0;              ///< cycles of the slowest engine
  std::string slowest;
  Limit limit = Limit::kDsps;

  std::int64_t macs() const;
  std::int64_t dsps() const;
  /// BRAM18 of weights and windows, and of the streams.
  std::int64_t engine_block_rams() const;
  std::int64_t stream_block_rams() const;
};

/// MACs of an engine; 0 without dot units.
std::int64_t macs_of(const Parallelism& parallelism);

/// The budget holds fewer DSPs than the engines take at least.
class BudgetError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws BudgetError; ConfigError for a network that has no accelerator.
Fold fold(const traces::Trace& trace, const FoldRequest& request);

}  // namespace millrace::sim
