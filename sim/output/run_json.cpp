#include "sim/output/run_json.hpp"

#include "sim/version.hpp"

namespace millrace::sim {
namespace {

Json by_stream(const std::vector<std::string>& names, const std::vector<Cycles>& cycles) {
  Json json = Json::object();
  for (std::size_t port = 0; port < names.size(); ++port) {
    if (cycles[port] > Cycles{0}) {
      json[names[port]] = cycles[port].count();
    }
  }
  return json;
}

Json row_json(const AccountRow& row, Cycles total) {
  const Cycles starved = row.total.total_starved();
  const Cycles blocked = row.total.total_blocked();
  return {{"name", row.name},
          {"kind", row.kind},
          {"busy", row.total.busy.count()},
          {"starved", starved.count()},
          {"blocked", blocked.count()},
          {"idle", (total - row.total.busy - starved - blocked).count()},
          {"starved_by", by_stream(row.inputs, row.total.starved)},
          {"blocked_by", by_stream(row.outputs, row.total.blocked)},
          {"steady",
           {{"busy", row.steady.busy.count()},
            {"starved", row.steady.total_starved().count()},
            {"blocked", row.steady.total_blocked().count()}}}};
}

Json engine_json(const PlannedModule& module, const ModuleResult& result) {
  Json json = {{"name", module.name},
               {"kind", module_kind(module.parameters)},
               {"busy", result.total.busy},
               {"starved", result.total.starved},
               {"blocked", result.total.blocked},
               {"idle", result.total.idle},
               {"busy_per_image", result.busy_per_image}};
  if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
    json["units"] = engine->array.units;
    json["groups_per_unit_and_image"] = engine->groups_per_unit();
    json["macs_done"] = result.work->macs_done;
    json["dense_macs"] = result.work->dense_macs;
  }
  return json;
}

Json bottleneck_json(const Outcome& outcome) {
  const Bottleneck& slowest = outcome.bottleneck;
  const AccountRow& row = outcome.modules[slowest.module.index].accounts.rows[slowest.row];
  return {{"name", row.name},
          {"busy_per_image", slowest.busy_per_image},
          {"starved_by", by_stream(row.inputs, row.steady.starved)},
          {"blocked_by", by_stream(row.outputs, row.steady.blocked)}};
}

Json streams_json(const Plan& plan, const Outcome& outcome) {
  Json streams = Json::array();
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    const PlannedStream& stream = plan.streams[index];
    streams.push_back({{"name", stream.name},
                       {"from", plan.module(stream.from).name},
                       {"to", plan.module(stream.to).name},
                       {"depth", stream.depth.words},
                       {"latency", stream.latency.count()},
                       {"words", outcome.streams[index].words},
                       {"high_water", outcome.streams[index].high_water}});
  }
  return streams;
}

}  // namespace

Json images_json(std::span<const ImageResult> results) {
  Json images = Json::array();
  for (const ImageResult& image : results) {
    images.push_back({{"name", image.name},
                      {"first_in", image.first_in.edge()},
                      {"last_out", image.last_out.edge()},
                      {"latency", image.latency().count()}});
  }
  return images;
}

Json run_json(const Plan& plan, const traces::Trace& trace, const Outcome& outcome, bool with_speed) {
  Json modules = Json::array();
  Json engines = Json::array();
  for (std::size_t index = 0; index < plan.modules.size(); ++index) {
    for (const AccountRow& row : outcome.modules[index].accounts.rows) {
      modules.push_back(row_json(row, outcome.total));
    }
    engines.push_back(engine_json(plan.modules[index], outcome.modules[index]));
  }
  Json json = {{"schema", "millrace-run-1"},
               {"version", kVersion},
               {"network", plan.network},
               {"trace", {{"hash", trace.hash()}, {"weight_hash", trace.provenance().weight_hash}}},
               {"total_cycles", outcome.total.count()},
               {"interval_cycles", outcome.interval()},
               {"clock_mhz", plan.clock_mhz},
               {"macs_done", outcome.macs_done()},
               {"dense_macs", outcome.dense_macs()},
               {"bottleneck", bottleneck_json(outcome)},
               {"images", images_json(outcome.images)},
               {"engines", std::move(engines)},
               {"modules", std::move(modules)},
               {"streams", streams_json(plan, outcome)},
               {"configuration", plan_json(plan)}};
  if (with_speed) {
    json["speed"] = {{"work_seconds", outcome.speed.work_seconds},
                     {"event_seconds", outcome.speed.event_seconds},
                     {"wall_seconds", outcome.speed.wall_seconds},
                     {"dense_macs", outcome.dense_macs()},
                     {"words", outcome.words()}};
  }
  return json;
}

}  // namespace millrace::sim
