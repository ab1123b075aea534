#include "sim/plan/plan_builder.hpp"

#include <fmt/format.h>

namespace millrace::sim {

StreamId PlanBuilder::connect(const InputPort& input, ModuleId to) {
  const OpenEnd& end = input.end;
  PlannedStream stream;
  stream.name = fmt::format("{} -> {}", plan_.module(end.from).name, plan_.module(to).name);
  const int repeats = ++stream_names_[stream.name];
  if (repeats > 1) {
    stream.name += fmt::format(" #{}", repeats);
  }
  stream.from = end.from;
  stream.to = to;
  stream.lanes = end.lanes;
  stream.word_bits = end.lanes * end.pairs_a_lane * plan_.data_bits;
  stream.words = end.words();
  stream.depth = input.depth;
  stream.latency = end.latency;
  const StreamId id{plan_.streams.size()};
  plan_.streams.push_back(std::move(stream));
  plan_.modules[end.from.index].outputs.push_back(id);
  plan_.modules[to.index].inputs.push_back(id);
  if (input.join) {
    joins_.push_back(id);
  }
  return id;
}

OpenEnd PlanBuilder::add(std::string name, ModuleParameters parameters, std::optional<traces::LayerId> layer,
                         const std::vector<InputPort>& inputs, OpenEnd output, Resources resources) {
  const ModuleId id{plan_.modules.size()};
  plan_.modules.push_back({std::move(name), std::move(parameters), layer, {}, {}, resources});
  for (const InputPort& input : inputs) {
    connect(input, id);
  }
  output.from = id;
  return output;
}

OpenEnd PlanBuilder::in_lanes(OpenEnd end, std::int64_t lanes, const std::string& name, Depth depth) {
  if (end.lanes == lanes) {
    return end;
  }
  const RebundleParameters parameters{end.pixels, end.channels, end.lanes, lanes};
  OpenEnd output = end;
  output.lanes = lanes;
  output.latency = Cycles{1};
  return add(name, parameters, std::nullopt, {{end, depth}}, output, {0, (end.lanes + lanes) * plan_.data_bits});
}

}  // namespace millrace::sim
