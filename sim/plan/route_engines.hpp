// Plans the layers without weights: they move words, in lanes that they inherit or that the file sets.
#pragma once

#include "sim/plan/engine_registry.hpp"

namespace millrace::sim {

/// What layers without weights have in common: only `lanes` may be set.
class RouteDescriptor : public EngineDescriptor {
 public:
  std::optional<std::int64_t> wanted_lanes(const LayerContext& layer) const override;
  std::vector<Parallelism> legal(const LayerContext& layer, std::int64_t widest_group) const override;
  OpenEnd place(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;

 protected:
  /// The largest number that lanes must divide, and what it is.
  struct Whole {
    std::int64_t channels;
    std::string what;
  };
  virtual Whole lanes_divide(const LayerContext& layer) const;
  /// Throws ConfigError if the layer sets what only engines with dot units have.
  static void refuse_dot_settings(const LayerContext& layer);
  /// Adds the module behind inputs that are in its lanes.
  virtual OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const = 0;
};

class AddDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;

 private:
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

class ConcatDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;

 private:
  Whole lanes_divide(const LayerContext& layer) const override;
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

class SubsampleDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;

 private:
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

class ChannelPadDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;

 private:
  Whole lanes_divide(const LayerContext& layer) const override;
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

class GlobalPoolDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;

 private:
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

/// Steps that the layer before can do as it pushes need no module: where this layer is all that reads it.
class PointwiseDescriptor final : public RouteDescriptor {
 public:
  bool takes(const traces::Operator& op) const override;
  std::vector<Parallelism> legal(const LayerContext& layer, std::int64_t widest_group) const override;
  OpenEnd place(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;

 private:
  static bool is_carried(const LayerContext& layer);
  OpenEnd add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const override;
};

}  // namespace millrace::sim
