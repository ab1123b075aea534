#include "sim/validation/prediction.hpp"

namespace millrace::sim {
namespace {

using analytical::EngineEstimate;
using analytical::LayerEstimate;
using analytical::LayerModel;
using analytical::PipelineGraph;

NetworkPrediction of_pipeline(const PipelineGraph& graph, Images images) {
  return {analytical::interval(graph), analytical::batch_cycles(graph, {}),
          analytical::batch_cycles(graph, {.images = images.count})};
}

}  // namespace

Prediction::Prediction(const Plan& plan, const PlanStatistics& statistics, const LayerModel& model, Images images) {
  std::map<std::size_t, analytical::EngineStatistics> by_layer;
  for (const auto& [index, of_engine] : statistics) {
    const auto& engine = std::get<DotEngine>(plan.modules.at(index).parameters);
    layers_[index] = {analytical::mean_form(model, engine, of_engine).stage.cycles,
                      analytical::even_lanes_form(model, engine, of_engine).stage.cycles,
                      analytical::histogram_form(model, engine, of_engine).stage.cycles};
    by_layer[engine.layer.index] = of_engine;
  }
  const auto predict = [&](auto form) {
    const EngineEstimate estimate = [&](const DotEngine& engine) {
      return form(model, engine, by_layer.at(engine.layer.index));
    };
    return of_pipeline(pipeline_graph(plan, model, estimate), images);
  };
  mean_form_ = predict(analytical::mean_form);
  even_lanes_ = predict(analytical::even_lanes_form);
  histogram_form_ = predict(analytical::histogram_form);

  const EngineEstimate nothing = [&](const DotEngine& engine) {
    LayerEstimate estimate = analytical::histogram_form(model, engine, by_layer.at(engine.layer.index));
    estimate.stage.cycles = 0;
    return estimate;
  };
  slowest_other_ = analytical::interval(pipeline_graph(plan, model, nothing));
}

}  // namespace millrace::sim
