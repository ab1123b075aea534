#include "sim/output/plan_json.hpp"

namespace millrace::sim {
namespace {

Json window_json(const WindowShape& shape) {
  return {{"height", shape.height},
          {"width", shape.width},
          {"kernel", shape.kernel},
          {"stride", shape.stride},
          {"pads", {shape.pad_top, shape.pad_left, shape.pad_bottom, shape.pad_right}}};
}

/// Parameters of one module, by their names in modules/.
struct ParametersJson {
  Json operator()(const Reader& reader) const { return dma(reader.dma); }
  Json operator()(const Writer& writer) const { return dma(writer.dma); }
  Json operator()(const SlidingWindowParameters& p) const {
    Json json = window_json(p.shape);
    json["beats"] = p.beats;
    json["lanes"] = p.lanes;
    return json;
  }
  Json operator()(const DotEngine& engine) const {
    const Folding& folding = engine.folding;
    return {{"coarse_in", folding.coarse_in},
            {"coarse_out", folding.coarse_out},
            {"coarse_group", folding.coarse_group},
            {"group_channels", folding.group_channels},
            {"macs", folding.macs},
            {"unit", unit_kind_name(engine.unit)},
            {"skip_empty_groups", engine.skip_empty_groups},
            {"lock_step", engine.array.lock_step},
            {"pixel_buffers", engine.array.pixel_buffers},
            {"group_pairs", engine.group_pairs()},
            {"channels", engine.channels},
            {"filters", engine.filters},
            {"groups", engine.groups},
            {"window", window_json(engine.window)},
            {"units", engine.array.units},
            {"accumulations", engine.array.accumulations},
            {"windows_per_accumulation", engine.array.windows_per_accumulation},
            {"words_per_accumulation", engine.array.words_per_accumulation}};
  }
  Json operator()(const ForkParameters& p) const { return {{"words", p.words}}; }
  Json operator()(const AddParameters& p) const { return {{"words", p.words}}; }
  Json operator()(const SubsampleParameters& p) const {
    return {{"height", p.height}, {"width", p.width}, {"beats", p.beats}, {"stride", p.stride}};
  }
  Json operator()(const ChannelPadParameters& p) const {
    return {{"pixels", p.pixels},
            {"lanes", p.lanes},
            {"beats_before", p.beats_before},
            {"beats", p.beats},
            {"beats_after", p.beats_after}};
  }
  Json operator()(const RebundleParameters& p) const {
    return {{"pixels", p.pixels}, {"channels", p.channels}, {"lanes_in", p.lanes_in}, {"lanes_out", p.lanes_out}};
  }
  Json operator()(const GlobalPoolParameters& p) const { return {{"pixels", p.pixels}, {"beats", p.beats}}; }
  Json operator()(const ConcatParameters& p) const { return {{"pixels", p.pixels}, {"beats", p.beats}}; }
  Json operator()(const PoolParameters& p) const {
    Json json = window_json(p.shape);
    json["beats"] = p.beats;
    json["lanes"] = p.lanes;
    json["reduction"] = p.kind == PoolKind::kMax ? "max" : "average";
    json["counted_rows"] = {p.counted.row_begin, p.counted.row_end};
    json["counted_columns"] = {p.counted.column_begin, p.counted.column_end};
    return json;
  }
  Json operator()(const PointwiseParameters& p) const { return {{"words", p.words}}; }

 private:
  static Json dma(const DmaParameters& p) {
    return {{"words", p.words},
            {"lanes", p.lanes},
            {"word_bytes", p.word_bytes},
            {"burst_bytes", p.burst_bytes},
            {"outstanding", p.outstanding},
            {"address", p.address}};
  }
};

Json module_json(const Plan& plan, const PlannedModule& module) {
  const auto names = [&](const std::vector<StreamId>& ids) {
    Json list = Json::array();
    for (const StreamId id : ids) {
      list.push_back(plan.stream(id).name);
    }
    return list;
  };
  return {{"name", module.name},
          {"kind", module_kind(module.parameters)},
          {"inputs", names(module.inputs)},
          {"outputs", names(module.outputs)},
          {"parameters", std::visit(ParametersJson{}, module.parameters)},
          {"dsps", module.resources.dsps},
          {"memory_bits", module.resources.memory_bits}};
}

Json stream_json(const Plan& plan, const PlannedStream& stream) {
  Json json = {
      {"name", stream.name},         {"from", plan.module(stream.from).name}, {"to", plan.module(stream.to).name},
      {"lanes", stream.lanes},       {"word_bits", stream.word_bits},         {"words", stream.words},
      {"depth", stream.depth.words}, {"latency", stream.latency.count()}};
  if (stream.minimum_depth) {
    json["minimum_depth"] = *stream.minimum_depth;
  }
  return json;
}

}  // namespace

Json plan_json(const Plan& plan) {
  Json modules = Json::array();
  for (const PlannedModule& module : plan.modules) {
    modules.push_back(module_json(plan, module));
  }
  Json streams = Json::array();
  for (const PlannedStream& stream : plan.streams) {
    streams.push_back(stream_json(plan, stream));
  }
  return {{"schema", "millrace-plan-1"},
          {"network", plan.network},
          {"clock_mhz", plan.clock_mhz},
          {"data_bits", plan.data_bits},
          {"memory",
           {{"bytes_per_cycle", plan.memory.bytes_per_cycle},
            {"latency", plan.memory.latency.count()},
            {"burst", plan.memory.burst_bytes},
            {"outstanding", plan.memory.outstanding}}},
          {"words_per_image", plan.words_per_image()},
          {"modules", std::move(modules)},
          {"streams", std::move(streams)}};
}

}  // namespace millrace::sim
