// Puts modules and streams together while a plan is made. Open ends are outputs that nobody reads yet.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/plan/plan.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// An output port without a stream, and what will flow through it.
struct OpenEnd {
  ModuleId from;
  std::int64_t lanes = 1;
  std::int64_t channels = 1;
  std::int64_t pixels = 1;        ///< per image
  std::int64_t pairs_a_lane = 1;  ///< values behind a lane: K x K of a window, else 1
  Cycles latency{1};

  std::int64_t beats() const { return channels / lanes; }
  std::int64_t words() const { return pixels * beats(); }
};

/// An input port: what feeds it, and how deep its stream is.
struct InputPort {
  OpenEnd end;
  Depth depth;
  bool join = false;  ///< depth follows from the structure of the graph
};

class PlanBuilder {
 public:
  explicit PlanBuilder(Plan plan) : plan_(std::move(plan)) {}

  /// Adds a module behind its inputs; `output` (its `from` is filled in) is returned as the open end.
  OpenEnd add(std::string name, ModuleParameters parameters, std::optional<traces::LayerId> layer,
              const std::vector<InputPort>& inputs, OpenEnd output, Resources resources = {});
  /// The same words in other lanes: through a Rebundle where they differ. `name` is that of the Rebundle.
  OpenEnd in_lanes(OpenEnd end, std::int64_t lanes, const std::string& name, Depth depth);

  /// Streams into joins whose depth is open.
  const std::vector<StreamId>& joins() const { return joins_; }
  Plan take() { return std::move(plan_); }
  const Plan& plan() const { return plan_; }

 private:
  StreamId connect(const InputPort& input, ModuleId to);

  Plan plan_;
  std::vector<StreamId> joins_;
  std::map<std::string, int> stream_names_;
};

}  // namespace millrace::sim
