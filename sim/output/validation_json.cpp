#include "sim/output/validation_json.hpp"

#include "sim/output/plan_json.hpp"
#include "sim/version.hpp"

namespace millrace::sim {
namespace {

Json rungs_json(const EngineRungs& rungs) {
  Json json = Json::object();
  for (std::size_t rung = 0; rung < rungs.size(); ++rung) {
    json[std::string(kRungs[rung])] = rungs[rung];
  }
  return json;
}

Json layer_json(const Plan& plan, const LayerValidation& layer) {
  const PlannedModule& module = plan.module(layer.module);
  const auto& engine = std::get<DotEngine>(module.parameters);
  Json spread = Json::array();
  for (const MovingSpread& of_length : layer.spread) {
    spread.push_back({{"windows", of_length.windows}, {"zeros", of_length.zeros}});
  }
  return {{"name", module.name},
          {"kernel", engine.window.kernel},
          {"groups", engine.groups},
          {"unit", unit_kind_name(engine.unit)},
          {"units", engine.array.units},
          {"lane_units", engine.folding.coarse_in * engine.folding.coarse_group},
          {"pairs", engine.group_pairs()},
          {"macs", engine.folding.macs},
          {"mean_form", layer.mean_form()},
          {"histogram_form", layer.histogram_form()},
          {"isolated", layer.isolated()},
          {"busy", layer.busy},
          {"ladder", rungs_json(layer.rungs)},
          {"spread", std::move(spread)}};
}

Json prediction_json(const NetworkPrediction& prediction) {
  return {
      {"interval", prediction.interval}, {"first_latency", prediction.first_latency}, {"all_images", prediction.batch}};
}

Json ladder_json(const Plan& plan, const Validation& validation) {
  Json ladder = Json::array();
  double before = validation.ladder.front().cycles;
  for (std::size_t rung = 0; rung < kRungs.size(); ++rung) {
    const Rung& at = validation.ladder[rung];
    Json json = {{"rung", kRungs[rung]}, {"cycles", at.cycles}, {"step", at.cycles - before}};
    if (at.slowest) {
      json["slowest"] = plan.module(*at.slowest).name;
    }
    ladder.push_back(std::move(json));
    before = at.cycles;
  }
  return ladder;
}

}  // namespace

nlohmann::ordered_json validation_json(const Plan& plan, const traces::Trace& trace, const std::string& model,
                                       const Validation& validation) {
  Json layers = Json::array();
  for (const LayerValidation& layer : validation.layers) {
    layers.push_back(layer_json(plan, layer));
  }
  const Outcome& simulated = validation.simulated;
  return {{"schema", "millrace-validate-1"},
          {"version", kVersion},
          {"network", plan.network},
          {"trace", {{"hash", trace.hash()}, {"weight_hash", trace.provenance().weight_hash}}},
          {"model", model},
          {"images", validation.images.count},
          {"mean_form", prediction_json(validation.mean_form)},
          {"histogram_form", prediction_json(validation.histogram_form)},
          {"simulated",
           {{"interval", validation.interval},
            {"first_latency", simulated.images.front().latency().count()},
            {"all_images", simulated.total.count()}}},
          {"ladder", ladder_json(plan, validation)},
          {"layers", std::move(layers)},
          {"configuration", plan_json(plan)}};
}

}  // namespace millrace::sim
