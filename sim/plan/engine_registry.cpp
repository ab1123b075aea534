#include "sim/plan/engine_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/plan/dot_engine.hpp"
#include "sim/plan/pool_engine.hpp"
#include "sim/plan/route_engines.hpp"

namespace millrace::sim {

const EngineDescriptor& engine_for(const LayerContext& layer) {
  static const DotEngineDescriptor kDot;
  static const AddDescriptor kAdd;
  static const SubsampleDescriptor kSubsample;
  static const ChannelPadDescriptor kChannelPad;
  static const GlobalPoolDescriptor kGlobalPool;
  static const ConcatDescriptor kConcat;
  static const PoolDescriptor kPool;
  static const PointwiseDescriptor kPointwise;
  static const std::array<const EngineDescriptor*, 8> kEngines = {&kDot,        &kAdd,    &kSubsample, &kChannelPad,
                                                                  &kGlobalPool, &kConcat, &kPool,      &kPointwise};

  const auto found = std::find_if(kEngines.begin(), kEngines.end(),
                                  [&](const EngineDescriptor* engine) { return engine->takes(layer.layer().op); });
  if (found == kEngines.end()) {
    layer.fail(std::nullopt, fmt::format("there is no engine for operator '{}' yet; the trace is fine, and engines are "
                                         "listed in the README",
                                         traces::operator_name(layer.layer().op)));
  }
  return **found;
}

}  // namespace millrace::sim
