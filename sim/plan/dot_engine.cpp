#include "sim/plan/dot_engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/plan/dot_geometry.hpp"
#include "sim/plan/legal_foldings.hpp"
#include "sim/plan/window_stage.hpp"
#include "sim/resources/dsp.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kAccumulatorBits = 32;
constexpr std::int64_t kWidestDefaultGroup = 8;

DotGeometry geometry_of(const LayerContext& layer) {
  if (!has_square_kernel(layer.layer())) {
    const auto& conv = std::get<traces::Convolution>(layer.layer().op);
    layer.fail(std::nullopt, fmt::format("a kernel of {} x {} is not supported; kernels must be square",
                                         conv.kernel_height, conv.kernel_width));
  }
  return dot_geometry(layer.network(), layer.layer());
}

/// Where a window has room for many channels a group of one is wide enough; a single pixel takes up to eight.
std::int64_t default_group_channels(const DotGeometry& geometry) {
  if (geometry.window.kernel > 1) {
    return 1;
  }
  const std::vector<std::int64_t> legal = divisors(geometry.channels / geometry.groups);
  return *std::prev(std::upper_bound(legal.begin(), legal.end(), kWidestDefaultGroup));
}

Folding folding_of(const LayerContext& layer, const DotGeometry& geometry) {
  const LegalFoldings legal(geometry);
  const std::int64_t channels = legal.channels();
  const std::int64_t filters = legal.filters();
  Folding folding;
  folding.group_channels = layer.divisor(&LayerSettings::group_channels, "group_channels",
                                         default_group_channels(geometry), channels, "channels of a group");
  folding.coarse_in = layer.divisor(&LayerSettings::coarse_in, "coarse_in", 1, legal.blocks(folding.group_channels),
                                    "channels of a group / group_channels");
  folding.coarse_out = layer.divisor(&LayerSettings::coarse_out, "coarse_out", 1, filters, "filters of a group");
  folding.coarse_group = layer.divisor(&LayerSettings::coarse_group, "coarse_group", 1, geometry.groups, "groups");
  if (!legal.takes_groups(folding)) {
    layer.fail(layer.setting(&LayerSettings::coarse_group)->place,
               fmt::format("coarse_group {} needs whole groups in parallel: coarse_in * group_channels = {} and "
                           "coarse_out = {}, here {} and {}; or coarse_group 1",
                           folding.coarse_group, channels, filters, folding.coarse_in * folding.group_channels,
                           folding.coarse_out));
  }
  const std::int64_t pairs = legal.most_macs(folding.group_channels);
  const std::optional<Setting<std::int64_t>> macs = layer.setting(&LayerSettings::macs);
  folding.macs = macs ? macs->value : 1;
  if (folding.macs > pairs) {
    layer.fail(macs->place, fmt::format("macs {} is more than the {} pairs of a group (kernel * kernel * "
                                        "group_channels); legal are 1 to {}",
                                        folding.macs, pairs, pairs));
  }
  return folding;
}

DotEngine engine_of(const LayerContext& layer) {
  const DotGeometry geometry = geometry_of(layer);
  DotEngine engine;
  engine.folding = folding_of(layer, geometry);
  engine.unit = layer.value(&LayerSettings::unit, UnitKind::kSkipBoth);
  const std::optional<Setting<bool>> skip_empty = layer.setting(&LayerSettings::skip_empty_groups);
  engine.skip_empty_groups = skip_empty && skip_empty->value;
  if (engine.skip_empty_groups && engine.unit == UnitKind::kDense) {
    layer.fail(skip_empty->place,
               "skip_empty_groups needs a unit that skips; legal are skip_weights, "
               "skip_activations, skip_both, here it is dense");
  }
  engine.window = geometry.window;
  engine.channels = geometry.channels;
  engine.filters = geometry.filters;
  engine.groups = geometry.groups;
  engine.layer = layer.id();
  engine.input = layer.layer().inputs.front();

  DotArrayParameters& array = engine.array;
  const Folding& folding = engine.folding;
  array.units = folding.units();
  array.accumulations =
      geometry.window.out_height() * geometry.window.out_width() * (geometry.groups / folding.coarse_group);
  array.windows_per_accumulation = geometry.channels / (geometry.groups * folding.coarse_in * folding.group_channels);
  array.words_per_accumulation = geometry.filters / (folding.coarse_out * geometry.groups);
  array.pixel_buffers = layer.value<std::int64_t>(&LayerSettings::pixel_buffers, 2);
  array.lock_step = layer.value(&LayerSettings::lock_step, false);
  return engine;
}

Resources array_resources(const DotEngine& engine, std::int64_t bits) {
  const std::int64_t weights =
      engine.filters * (engine.channels / engine.groups) * engine.window.kernel * engine.window.kernel;
  const std::int64_t sums = engine.array.pixel_buffers * (engine.filters / engine.groups) * engine.folding.coarse_group;
  return {dsps(engine.folding.macs * engine.array.units, {bits, bits}), weights * bits + sums * kAccumulatorBits};
}

}  // namespace

bool DotEngineDescriptor::takes(const traces::Operator& op) const {
  return std::holds_alternative<traces::Convolution>(op) || std::holds_alternative<traces::FullyConnected>(op);
}

std::optional<std::int64_t> DotEngineDescriptor::wanted_lanes(const LayerContext& layer) const {
  return engine_of(layer).folding.lanes_in();
}

std::vector<Parallelism> DotEngineDescriptor::legal(const LayerContext& layer, std::int64_t widest_group) const {
  const std::vector<Folding> foldings = LegalFoldings(geometry_of(layer)).all(widest_group);
  return {foldings.begin(), foldings.end()};
}

OpenEnd DotEngineDescriptor::place(PlanBuilder& builder, const LayerContext& layer,
                                   const std::vector<OpenEnd>& inputs) const {
  if (layer.own() != nullptr) {
    layer.refuse({{"lanes", layer.own()->lanes.has_value()}});
  }
  const DotEngine engine = engine_of(layer);
  const Folding& folding = engine.folding;
  const std::string& name = layer.layer().name;
  const Depth depth{layer.accelerator().depth};
  const Depth queue{layer.value<std::int64_t>(&LayerSettings::queue, 2)};
  const std::int64_t bits = layer.accelerator().data_bits;

  OpenEnd end = inputs.front();
  if (std::holds_alternative<traces::FullyConnected>(layer.layer().op)) {
    end.channels *= end.pixels;
    end.pixels = 1;
  }
  end = builder.in_lanes(end, folding.lanes_in(), name + ".rebundle", depth);
  end = add_window(builder, layer, engine.window, end);
  OpenEnd output;
  output.lanes = folding.lanes_out();
  output.channels = engine.filters;
  output.pixels = engine.window.out_height() * engine.window.out_width();
  output.latency = dot_array_latency(folding.macs, folding.coarse_in);
  return builder.add(name, engine, layer.id(), {{end, queue}}, output, array_resources(engine, bits));
}

}  // namespace millrace::sim
