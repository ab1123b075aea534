#include "tests/rtl/dot_array/dot_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::rtl {
namespace {

traces::Network network_of(const Convolution& layer) {
  const WindowShape& shape = layer.shape;
  const traces::Convolution conv{layer.filters, shape.kernel,
                                 shape.kernel,  shape.stride,
                                 layer.groups,  {shape.pad_top, shape.pad_left, shape.pad_bottom, shape.pad_right}};
  return traces::Network::Builder("net", "in", {shape.height, shape.width, layer.channels})
      .add("l", conv, {"in"}, "out")
      .finish("out");
}

/// A row of a ROM: the first number in the lowest digits.
template <typename Number>
std::string row_of(const std::vector<Number>& numbers) {
  using Bits = std::make_unsigned_t<Number>;
  std::string row;
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    row += fmt::format("{:0{}x}", static_cast<Bits>(*number), 2 * sizeof(Number));
  }
  return row + "\n";
}

/// Weights of one filter for some channels of its group: position by position, channel innermost.
std::string weight_row(const Convolution& layer, std::int64_t filter, std::int64_t first_channel,
                       std::int64_t channels) {
  std::vector<std::int8_t> row;
  for (std::int64_t position = 0; position < layer.shape.kernel * layer.shape.kernel; ++position) {
    for (std::int64_t channel = first_channel; channel < first_channel + channels; ++channel) {
      row.push_back(layer.weight(filter, position / layer.shape.kernel, position % layer.shape.kernel, channel));
    }
  }
  return row_of(row);
}

}  // namespace

Convolution random_layer(WindowShape shape, std::int64_t channels, std::int64_t filters, std::int64_t groups,
                         std::uint32_t zeros, oracle::Random& random) {
  Convolution layer = random_convolution(shape, channels, filters, groups, random);
  const std::size_t size = layer.weights.size() / static_cast<std::size_t>(filters);
  for (std::size_t index = 0; index < layer.weights.size(); ++index) {
    const bool is_sparser = index / size % 2 == 1 && zeros > 0;
    const std::uint32_t own_zeros = is_sparser ? 50 + zeros / 2 : zeros;
    layer.weights[index] = random.chance(own_zeros) ? 0 : static_cast<std::int8_t>(random.between(1, 255));
  }
  return layer;
}

sim::DotEngine plan_engine(const Convolution& layer, const DotSettings& settings) {
  const sim::Folding& folding = settings.folding;
  const std::int64_t pairs = layer.shape.kernel * layer.shape.kernel * folding.group_channels;
  const sim::Plan plan = test::plan_of(
      fmt::format("layers: {{l: {{coarse_in: {}, coarse_out: {}, coarse_group: {}, group_channels: {}, macs: {}, "
                  "unit: {}, skip_empty_groups: {}, lock_step: {}, pixel_buffers: {}}}}}",
                  folding.coarse_in, folding.coarse_out, folding.coarse_group, folding.group_channels,
                  std::min(folding.macs, pairs), sim::unit_kind_name(settings.unit), settings.skip_empty_groups,
                  settings.lock_step, settings.pixel_buffers),
      network_of(layer));
  auto engine = std::get<sim::DotEngine>(test::module(plan, "l").parameters);
  engine.folding.macs = folding.macs;
  return engine;
}

millrace::Folding values_folding(const sim::Folding& folding) {
  return {folding.coarse_in, folding.coarse_out, folding.coarse_group, folding.group_channels};
}

void write_roms(const std::string& prefix, const Convolution& layer, const sim::Folding& folding) {
  const std::int64_t beats = layer.group_channels() / (folding.coarse_in * folding.group_channels);
  const std::int64_t words = layer.group_filters() / folding.coarse_out;
  const std::int64_t turns = layer.groups / folding.coarse_group;
  std::int64_t unit = 0;
  for (std::int64_t parallel = 0; parallel < folding.coarse_group; ++parallel) {
    for (std::int64_t in = 0; in < folding.coarse_in; ++in) {
      for (std::int64_t out = 0; out < folding.coarse_out; ++out) {
        std::ofstream rom(fmt::format("{}.unit{}.hex", prefix, unit++));
        for (std::int64_t turn = 0; turn < turns; ++turn) {
          const std::int64_t group = turn * folding.coarse_group + parallel;
          for (std::int64_t beat = 0; beat < beats; ++beat) {
            for (std::int64_t word = 0; word < words; ++word) {
              rom << weight_row(layer, group * layer.group_filters() + word * folding.coarse_out + out,
                                (beat * folding.coarse_in + in) * folding.group_channels, folding.group_channels);
            }
          }
        }
      }
    }
  }
  std::ofstream rom(prefix + ".bias.hex");
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    for (std::int64_t word = 0; word < words; ++word) {
      std::vector<std::int32_t> row;
      for (std::int64_t lane = 0; lane < folding.lanes_out(); ++lane) {
        const std::int64_t group = turn * folding.coarse_group + lane / folding.coarse_out;
        const std::int64_t filter =
            group * layer.group_filters() + word * folding.coarse_out + lane % folding.coarse_out;
        row.push_back(layer.biases[static_cast<std::size_t>(filter)]);
      }
      rom << row_of(row);
    }
  }
}

TraceWork::TraceWork(const Convolution& layer, const sim::DotEngine& engine, const std::vector<Map>& inputs) {
  const traces::Network network = network_of(layer);
  const std::filesystem::path file = folder_ / "layer.safetensors";
  std::vector<traces::ImageInfo> images;
  for (std::size_t image = 0; image < inputs.size(); ++image) {
    images.push_back({fmt::format("image{}", image), std::nullopt, std::nullopt});
  }
  traces::TraceWriter writer(file, network, {}, images, std::nullopt);
  writer.weights(engine.layer, std::vector<float>(layer.weights.begin(), layer.weights.end()));
  for (std::size_t image = 0; image < inputs.size(); ++image) {
    writer.activations(engine.input, image, std::vector<float>(inputs[image].begin(), inputs[image].end()));
  }
  writer.finish();
  trace_ = std::make_unique<traces::Trace>(traces::Trace::open(file));
  work_ = sim::MaskWork::make(engine, *trace_, Images{std::ssize(inputs)}, best_simd_level());
  band_ = work_->make_band();
}

}  // namespace millrace::rtl
