#include "sim/plan/route_engines.hpp"

#include <fmt/format.h>

#include <numeric>

#include "sim/plan/legal_foldings.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kAccumulatorBits = 32;

template <typename T>
bool holds(const traces::Operator& op) {
  return std::holds_alternative<T>(op);
}

}  // namespace

RouteDescriptor::Whole RouteDescriptor::lanes_divide(const LayerContext& layer) const {
  return {layer.input_shape().channels, "channels"};
}

std::optional<std::int64_t> RouteDescriptor::wanted_lanes(const LayerContext& layer) const {
  const Whole whole = lanes_divide(layer);
  const std::int64_t lanes = layer.divisor(&LayerSettings::lanes, "lanes", 0, whole.channels, whole.what);
  return lanes == 0 ? std::nullopt : std::optional(lanes);
}

std::vector<Parallelism> RouteDescriptor::legal(const LayerContext& layer, std::int64_t /*widest_group*/) const {
  std::vector<Parallelism> lanes;
  for (const std::int64_t count : divisors(lanes_divide(layer).channels)) {
    lanes.emplace_back(Lanes{count});
  }
  return lanes;
}

void RouteDescriptor::refuse_dot_settings(const LayerContext& layer) {
  if (const LayerSettings* own = layer.own()) {
    layer.refuse({{"coarse_in", own->coarse_in.has_value()},
                  {"coarse_out", own->coarse_out.has_value()},
                  {"coarse_group", own->coarse_group.has_value()},
                  {"group_channels", own->group_channels.has_value()},
                  {"macs", own->macs.has_value()},
                  {"unit", own->unit.has_value()},
                  {"skip_empty_groups", own->skip_empty_groups.has_value()},
                  {"lock_step", own->lock_step.has_value()},
                  {"queue", own->queue.has_value()},
                  {"pixel_buffers", own->pixel_buffers.has_value()}});
  }
}

OpenEnd RouteDescriptor::place(PlanBuilder& builder, const LayerContext& layer,
                               const std::vector<OpenEnd>& inputs) const {
  refuse_dot_settings(layer);
  const std::int64_t inherited = std::gcd(inputs.front().lanes, lanes_divide(layer).channels);
  const std::int64_t lanes = wanted_lanes(layer).value_or(inherited);
  std::vector<OpenEnd> bundled;
  for (const OpenEnd& input : inputs) {
    const std::string name = inputs.size() == 1 ? fmt::format("{}.rebundle", layer.layer().name)
                                                : fmt::format("{}.rebundle{}", layer.layer().name, bundled.size());
    bundled.push_back(builder.in_lanes(input, lanes, name, Depth{layer.accelerator().depth}));
  }
  return add(builder, layer, bundled);
}

bool AddDescriptor::takes(const traces::Operator& op) const {
  return holds<traces::Add>(op);
}

OpenEnd AddDescriptor::add(PlanBuilder& builder, const LayerContext& layer, const std::vector<OpenEnd>& inputs) const {
  std::vector<InputPort> ports;
  for (const OpenEnd& input : inputs) {
    ports.push_back({input, Depth{layer.accelerator().depth}, true});
  }
  OpenEnd output = inputs.front();
  output.latency = Cycles{1};
  return builder.add(layer.layer().name, AddParameters{output.words()}, layer.id(), ports, output);
}

bool ConcatDescriptor::takes(const traces::Operator& op) const {
  return holds<traces::Concat>(op);
}

RouteDescriptor::Whole ConcatDescriptor::lanes_divide(const LayerContext& layer) const {
  std::int64_t common = 0;
  for (std::size_t input = 0; input < layer.layer().inputs.size(); ++input) {
    common = std::gcd(common, layer.input_shape(input).channels);
  }
  return {common, "what the channels of the inputs have in common"};
}

OpenEnd ConcatDescriptor::add(PlanBuilder& builder, const LayerContext& layer,
                              const std::vector<OpenEnd>& inputs) const {
  ConcatParameters parameters{inputs.front().pixels, {}};
  std::vector<InputPort> ports;
  for (const OpenEnd& input : inputs) {
    parameters.beats.push_back(input.beats());
    ports.push_back({input, Depth{layer.accelerator().depth}, true});
  }
  OpenEnd output = inputs.front();
  output.channels = layer.output_shape().channels;
  output.latency = Cycles{1};
  return builder.add(layer.layer().name, parameters, layer.id(), ports, output);
}

bool SubsampleDescriptor::takes(const traces::Operator& op) const {
  return holds<traces::Subsample>(op);
}

OpenEnd SubsampleDescriptor::add(PlanBuilder& builder, const LayerContext& layer,
                                 const std::vector<OpenEnd>& inputs) const {
  const OpenEnd& input = inputs.front();
  const traces::MapShape& in = layer.input_shape();
  const std::int64_t stride = std::get<traces::Subsample>(layer.layer().op).stride;
  OpenEnd output = input;
  output.pixels = layer.output_shape().height * layer.output_shape().width;
  output.latency = Cycles{1};
  return builder.add(layer.layer().name, SubsampleParameters{in.height, in.width, input.beats(), stride}, layer.id(),
                     {{input, Depth{layer.accelerator().depth}}}, output);
}

bool ChannelPadDescriptor::takes(const traces::Operator& op) const {
  return holds<traces::ChannelPad>(op);
}

RouteDescriptor::Whole ChannelPadDescriptor::lanes_divide(const LayerContext& layer) const {
  const auto& pad = std::get<traces::ChannelPad>(layer.layer().op);
  return {std::gcd(layer.input_shape().channels, std::gcd(pad.before, pad.after)),
          "what channels and padding have in common"};
}

OpenEnd ChannelPadDescriptor::add(PlanBuilder& builder, const LayerContext& layer,
                                  const std::vector<OpenEnd>& inputs) const {
  const OpenEnd& input = inputs.front();
  const auto& pad = std::get<traces::ChannelPad>(layer.layer().op);
  OpenEnd output = input;
  output.channels += pad.before + pad.after;
  output.latency = Cycles{1};
  const ChannelPadParameters parameters{input.pixels, input.lanes, pad.before / input.lanes, input.beats(),
                                        pad.after / input.lanes};
  return builder.add(layer.layer().name, parameters, layer.id(), {{input, Depth{layer.accelerator().depth}}}, output);
}

bool GlobalPoolDescriptor::takes(const traces::Operator& op) const {
  return holds<traces::GlobalAveragePool>(op);
}

OpenEnd GlobalPoolDescriptor::add(PlanBuilder& builder, const LayerContext& layer,
                                  const std::vector<OpenEnd>& inputs) const {
  const OpenEnd& input = inputs.front();
  OpenEnd output = input;
  output.pixels = 1;
  output.latency = Cycles{1};
  return builder.add(layer.layer().name, GlobalPoolParameters{input.pixels, input.beats()}, layer.id(),
                     {{input, Depth{layer.accelerator().depth}}}, output, {0, input.channels * kAccumulatorBits});
}

bool PointwiseDescriptor::takes(const traces::Operator& op) const {
  return holds<traces::Pointwise>(op);
}

bool PointwiseDescriptor::is_carried(const LayerContext& layer) {
  const traces::EdgeId edge = layer.layer().inputs.front();
  return edge != layer.network().input() && layer.network().consumers(edge).size() == 1;
}

std::vector<Parallelism> PointwiseDescriptor::legal(const LayerContext& layer, std::int64_t widest_group) const {
  return is_carried(layer) ? std::vector<Parallelism>() : RouteDescriptor::legal(layer, widest_group);
}

OpenEnd PointwiseDescriptor::place(PlanBuilder& builder, const LayerContext& layer,
                                   const std::vector<OpenEnd>& inputs) const {
  if (!is_carried(layer)) {
    return RouteDescriptor::place(builder, layer, inputs);
  }
  refuse_dot_settings(layer);
  if (layer.own() != nullptr && layer.own()->lanes) {
    layer.fail(layer.own()->lanes->place,
               "lanes means nothing here: the layer before does this one's work as it pushes its words; remove it");
  }
  return inputs.front();
}

OpenEnd PointwiseDescriptor::add(PlanBuilder& builder, const LayerContext& layer,
                                 const std::vector<OpenEnd>& inputs) const {
  const OpenEnd& input = inputs.front();
  OpenEnd output = input;
  output.latency = Cycles{1};
  return builder.add(layer.layer().name, PointwiseParameters{input.words()}, layer.id(),
                     {{input, Depth{layer.accelerator().depth}}}, output);
}

}  // namespace millrace::sim
