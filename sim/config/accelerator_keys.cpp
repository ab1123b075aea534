#include "sim/config/accelerator_keys.hpp"

#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

constexpr Range kDepths{1, 1 << 24};
constexpr Range kPixelBuffers{1, 1 << 12};
constexpr Range kFoldings{1, 1 << 16};

const std::vector<std::string> kUnitKinds = {"dense", "skip_weights", "skip_activations", "skip_both"};

}  // namespace

const char* unit_kind_name(UnitKind kind) {
  return kUnitKinds.at(static_cast<std::size_t>(kind)).c_str();
}

YamlMap::Key AcceleratorKeys::integer(const char* name, std::int64_t& target, Range range) const {
  return {name, [this, name, &target, range](const YAML::Node& n) { target = scalars_.integer(name, n, range).value; }};
}

std::vector<YamlMap::Key> AcceleratorKeys::whole(Accelerator& accelerator) const {
  return {{"clock_mhz",
           [this, &accelerator](const YAML::Node& n) {
             accelerator.clock_mhz = scalars_.number("clock_mhz", n, 1, 10000).value;
           }},
          integer("data_bits", accelerator.data_bits, {1, 64})};
}

std::vector<YamlMap::Key> AcceleratorKeys::memory(MemoryParameters& memory) const {
  return {integer("bytes_per_cycle", memory.bytes_per_cycle, {1, 1 << 16}),
          {"latency",
           [this, &memory](const YAML::Node& n) {
             memory.latency = Cycles{scalars_.integer("latency", n, {0, 1 << 20}).value};
           }},
          integer("burst", memory.burst_bytes, {1, 1 << 20}),
          integer("outstanding", memory.outstanding, {1, 1 << 12})};
}

std::vector<YamlMap::Key> AcceleratorKeys::layer(LayerSettings& settings) const {
  const auto number = [this](const char* name, std::optional<Setting<std::int64_t>>& target, Range range) {
    return YamlMap::Key{
        name, [this, name, &target, range](const YAML::Node& n) { target = scalars_.integer(name, n, range); }};
  };
  const auto flag = [this](const char* name, std::optional<Setting<bool>>& target) {
    return YamlMap::Key{name, [this, name, &target](const YAML::Node& n) { target = scalars_.boolean(name, n); }};
  };
  return {number("coarse_in", settings.coarse_in, kFoldings),
          number("coarse_out", settings.coarse_out, kFoldings),
          number("coarse_group", settings.coarse_group, kFoldings),
          number("group_channels", settings.group_channels, kFoldings),
          number("macs", settings.macs, kFoldings),
          {"unit",
           [this, &settings](const YAML::Node& n) {
             const Setting<std::size_t> kind = scalars_.choice("unit", n, kUnitKinds);
             settings.unit = Setting<UnitKind>{static_cast<UnitKind>(kind.value), kind.place};
           }},
          flag("skip_empty_groups", settings.skip_empty_groups),
          flag("lock_step", settings.lock_step),
          number("queue", settings.queue, kDepths),
          number("pixel_buffers", settings.pixel_buffers, kPixelBuffers),
          number("lanes", settings.lanes, kFoldings)};
}

std::vector<YamlMap::Key> AcceleratorKeys::defaults(Accelerator& accelerator) const {
  std::vector<YamlMap::Key> keys = layer(accelerator.defaults);
  keys.push_back(integer("depth", accelerator.depth, kDepths));
  keys.push_back(
      {"skip_depth", [this, &accelerator](const YAML::Node& n) {
         accelerator.skip_depth = static_cast<SkipDepth>(scalars_.choice("skip_depth", n, {"ample", "minimum"}).value);
       }});
  return keys;
}

Setting<std::int64_t> AcceleratorKeys::stream_depth(const std::string& name, const YAML::Node& node) const {
  return scalars_.integer("the depth of stream " + traces::in_quotes(name), node, kDepths);
}

}  // namespace millrace::sim
