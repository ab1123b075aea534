#include "sim/output/sizing_json.hpp"

#include <fmt/format.h>

#include <iterator>

#include "sim/version.hpp"

namespace millrace::sim {
namespace {

const char* standing_name(Standing standing) {
  switch (standing) {
    case Standing::kOptimal:
      return "optimal";
    case Standing::kMinimal:
      return "minimal";
    case Standing::kInterrupted:
      return "interrupted";
    case Standing::kTooSlow:
      return "too_slow";
  }
  return "";
}

Json memory_json(const FifoMemory& memory) {
  return {{"bits", memory.bits}, {"bram18", memory.block_rams}, {"lut_bits", memory.lut_bits}, {"words", memory.words}};
}

/// Nothing but "deadlock" where there is no interval.
void add_time(Json& json, const Sizing& sizing, const Result& result) {
  json["deadlock"] = !result.has_value();
  if (result) {
    json["interval_cycles"] = sizing.interval(result->span());
    json["slowdown"] = sizing.slowdown(result->span());
  }
}

Json fifo_json(const Plan& plan, const Sizing& sizing, std::size_t index) {
  const Knob& knob = sizing.knobs[index];
  Json json = {
      {"name", knob.name},        {"kind", std::holds_alternative<StreamId>(knob.what) ? "stream" : "pixel_buffers"},
      {"pinned", knob.is_pinned}, {"width", knob.width},
      {"before", knob.before},    {"depth", sizing.depths[index]},
      {"least", knob.least},      {"memory", memory_json(knob.memory(sizing.depths[index]))}};
  if (index < sizing.sized.size()) {
    const SizedKnob& sized = sizing.sized[index];
    if (sized.peak) {
      json["peak"] = {{"words", sized.peak->high_water},
                      {"image", sized.peak->word / plan.stream(std::get<StreamId>(knob.what)).words},
                      {"cycle", sized.peak->edge.edge()}};
    }
    if (sized.halved) {
      Json halved = {{"depth", *sized.halved}};
      add_time(halved, sizing, sized.halved_result);
      json["halved"] = std::move(halved);
    }
  }
  return json;
}

}  // namespace

Json sizing_json(const Plan& plan, const traces::Trace& trace, const Sizing& sizing, const SizingRequest& request,
                 const std::optional<HeldOut>& held_out) {
  Json fifos = Json::array();
  for (std::size_t index = 0; index < sizing.knobs.size(); ++index) {
    fifos.push_back(fifo_json(plan, sizing, index));
  }
  Json compared = Json::array();
  for (const Compared& other : sizing.compared) {
    Json row = {{"name", other.name}, {"memory", memory_json(memory_of(sizing.knobs, other.depths))}};
    add_time(row, sizing, other.result);
    compared.push_back(std::move(row));
  }
  Json json = {{"schema", "millrace-sizing-1"},
               {"version", kVersion},
               {"network", plan.network},
               {"trace", {{"hash", trace.hash()}, {"weight_hash", trace.provenance().weight_hash}}},
               {"images", sizing.intervals + 1},
               {"objective", objective_name(request.objective)},
               {"allowed_slowdown", request.slowdown},
               {"standing", standing_name(sizing.standing)},
               {"unbounded_interval_cycles", sizing.interval(sizing.unbounded.span)},
               {"paced_interval_cycles", sizing.interval(sizing.unbounded.paced_span)},
               {"interval_cycles", sizing.interval(sizing.solved.span())},
               {"slowdown", sizing.slowdown(sizing.solved.span())},
               {"memory", memory_json(sizing.memory())},
               {"vectors_solved", sizing.runs},
               {"fifos", std::move(fifos)},
               {"compared", std::move(compared)}};
  if (held_out) {
    json["held_out"] = {
        {"images", held_out->images}, {"interval_cycles", held_out->interval}, {"slowdown", held_out->slowdown()}};
  }
  return json;
}

std::string pareto_csv(const Sizing& sizing) {
  std::string text = "bits,bram18,lut_bits,words,interval_cycles,slowdown\n";
  for (const ParetoPoint& point : sizing.pareto) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{:.3f},{:.6f}\n", point.memory.bits, point.memory.block_rams,
                   point.memory.lut_bits, point.memory.words, sizing.interval(point.span), sizing.slowdown(point.span));
  }
  return text;
}

}  // namespace millrace::sim
