// What the formulas say of a plan, from the statistics of the images that it is to be simulated on.
#pragma once

#include <cstdint>
#include <map>

#include "modules/process/module.hpp"
#include "sim/analytical/layer_model.hpp"
#include "sim/analytical/pipeline_graph.hpp"
#include "sim/analytical/plan_model.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// The statistics of a plan's engines, by their place among the modules.
using PlanStatistics = std::map<std::size_t, analytical::EngineStatistics>;

/// Cycles an image that each form gives an engine.
struct LayerPrediction {
  std::int64_t mean_form = 0;
  std::int64_t even_lanes = 0;  ///< histogram form, as if all lanes saw the same
  std::int64_t histogram_form = 0;
};

/// Of a pipeline, in cycles.
struct NetworkPrediction {
  std::int64_t interval = 0;
  std::int64_t first_latency = 0;  ///< of an image alone
  std::int64_t batch = 0;          ///< from the first word in to the last word out
};

class Prediction {
 public:
  Prediction(const Plan& plan, const PlanStatistics& statistics, const analytical::LayerModel& model, Images images);

  /// By the place of the engine among the modules.
  const std::map<std::size_t, LayerPrediction>& layers() const { return layers_; }
  const NetworkPrediction& mean_form() const { return mean_form_; }
  const NetworkPrediction& even_lanes() const { return even_lanes_; }
  const NetworkPrediction& histogram_form() const { return histogram_form_; }
  /// Cycles an image of the slowest module that is no engine with dot units. These are exact: a word a cycle.
  std::int64_t slowest_other() const { return slowest_other_; }

 private:
  std::map<std::size_t, LayerPrediction> layers_;
  NetworkPrediction mean_form_;
  NetworkPrediction even_lanes_;
  NetworkPrediction histogram_form_;
  std::int64_t slowest_other_ = 0;
};

}  // namespace millrace::sim
