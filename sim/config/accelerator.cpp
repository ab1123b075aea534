#include "sim/config/accelerator.hpp"

#include <fmt/format.h>

#include "sim/config/yaml_document.hpp"
#include "sim/config/yaml_map.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

using traces::in_quotes;

constexpr Range kDepths{1, 1 << 24};
constexpr Range kPixelBuffers{1, 1 << 12};
constexpr Range kFoldings{1, 1 << 16};

const std::vector<std::string> kUnitKinds = {"dense", "skip_weights", "skip_activations", "skip_both"};

/// Readers of the sections of one file, each into its part of the accelerator.
class AcceleratorReader {
 public:
  explicit AcceleratorReader(const std::filesystem::path& file) : scalars_(file.string()) { result_.file = file; }

  Accelerator read(const YAML::Node& root) {
    map("the accelerator", root)
        .read({{"clock_mhz",
                [this](const YAML::Node& n) { result_.clock_mhz = scalars_.number("clock_mhz", n, 1, 10000).value; }},
               {"data_bits",
                [this](const YAML::Node& n) {
                  result_.data_bits = scalars_.integer("data_bits", n, {1, 64}).value;
                }},
               {"memory", [this](const YAML::Node& n) { read_memory(n); }},
               {"trace", [this](const YAML::Node& n) { read_trace(n); }},
               {"defaults", [this](const YAML::Node& n) { read_defaults(n); }},
               {"layers", [this](const YAML::Node& n) { read_layers(n); }},
               {"streams", [this](const YAML::Node& n) { read_streams(n); }}});
    return std::move(result_);
  }

 private:
  YamlMap map(const std::string& what, const YAML::Node& node) const {
    return YamlMap(result_.file.string(), what, node);
  }

  YamlMap::Key integer(const char* name, std::int64_t& target, Range range) const {
    return {name,
            [this, name, &target, range](const YAML::Node& n) { target = scalars_.integer(name, n, range).value; }};
  }

  void read_memory(const YAML::Node& node) {
    MemoryParameters& memory = result_.memory;
    map("memory", node)
        .read({integer("bytes_per_cycle", memory.bytes_per_cycle, {1, 1 << 16}),
               {"latency",
                [&](const YAML::Node& n) {
                  memory.latency = Cycles{scalars_.integer("latency", n, {0, 1 << 20}).value};
                }},
               integer("burst", memory.burst_bytes, {1, 1 << 20}),
               integer("outstanding", memory.outstanding, {1, 1 << 12})});
  }

  void read_trace(const YAML::Node& node) {
    const std::filesystem::path named = scalars_.text("trace", node).value;
    result_.trace = (result_.file.parent_path() / named).lexically_normal();
  }

  std::vector<YamlMap::Key> layer_keys(LayerSettings& settings) const {
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

  void read_defaults(const YAML::Node& node) {
    result_.has_defaults = true;
    result_.defaults.place = place_of(node.Mark());
    std::vector<YamlMap::Key> keys = layer_keys(result_.defaults);
    keys.push_back(integer("depth", result_.depth, kDepths));
    keys.push_back(
        {"skip_depth", [this](const YAML::Node& n) {
           result_.skip_depth = static_cast<SkipDepth>(scalars_.choice("skip_depth", n, {"ample", "minimum"}).value);
         }});
    map("defaults", node).read(keys);
  }

  void read_layers(const YAML::Node& node) {
    map("layers", node).for_each([this](const std::string& name, Place place, const YAML::Node& value) {
      LayerSettings& settings = result_.layers[name];
      settings.place = place;
      map("layer " + in_quotes(name), value).read(layer_keys(settings));
    });
  }

  void read_streams(const YAML::Node& node) {
    map("streams", node).for_each([this](const std::string& name, Place place, const YAML::Node& value) {
      Setting<std::int64_t> depth = scalars_.integer("the depth of stream " + in_quotes(name), value, kDepths);
      result_.streams[name] = {depth.value, place};
    });
  }

  YamlScalars scalars_;
  Accelerator result_;
};

}  // namespace

const char* unit_kind_name(UnitKind kind) {
  return kUnitKinds.at(static_cast<std::size_t>(kind)).c_str();
}

Accelerator Accelerator::read(const std::filesystem::path& file) {
  const YAML::Node root = read_yaml(file, "an accelerator file");
  if (root.IsNull()) {
    throw ConfigError(file.string(), {}, "is empty; the least an accelerator file holds is 'defaults: {unit: dense}'");
  }
  return AcceleratorReader(file).read(root);
}

}  // namespace millrace::sim
