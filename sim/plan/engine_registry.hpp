// The engines that Millrace knows: one row an engine, found by the operator of a layer. A new engine is a module, a
// descriptor here, its RTL twin and its test.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "sim/plan/layer_context.hpp"
#include "sim/plan/plan_builder.hpp"

namespace millrace::sim {

/// Lanes of an engine without dot units.
struct Lanes {
  std::int64_t count = 1;
};

/// What an accelerator file says of how parallel an engine is.
using Parallelism = std::variant<Folding, Lanes>;

/// What the planner must know of an engine.
class EngineDescriptor {
 public:
  virtual ~EngineDescriptor() = default;
  virtual bool takes(const traces::Operator& op) const = 0;
  /// Lanes in which it wants its input, if it wants any in particular. Throws ConfigError on an illegal folding.
  virtual std::optional<std::int64_t> wanted_lanes(const LayerContext& layer) const = 0;
  /// All that a file may say of its parallelism; of foldings, those whose groups have at most `widest_group` pairs (or
  /// are of one channel). Empty where a file may say nothing. Throws ConfigError for a layer that it cannot work.
  virtual std::vector<Parallelism> legal(const LayerContext& layer, std::int64_t widest_group) const = 0;
  /// Adds the modules of the layer behind its inputs (in graph order); returns its output.
  /// Throws ConfigError on an illegal folding, with the legal ones.
  virtual OpenEnd place(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const = 0;
};

/// The engine for the layer. Throws ConfigError if there is none.
const EngineDescriptor& engine_for(const LayerContext& layer);

}  // namespace millrace::sim
