#include "sim/config/accelerator.hpp"

#include "sim/config/accelerator_keys.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/config/yaml_map.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

/// Readers of the sections of one file, each into its part of the accelerator.
class AcceleratorReader {
 public:
  explicit AcceleratorReader(const std::filesystem::path& file) : keys_(file.string()) { result_.file = file; }

  Accelerator read(const YAML::Node& root) {
    std::vector<YamlMap::Key> sections = keys_.whole(result_);
    sections.push_back(
        {"memory", [this](const YAML::Node& n) { map("memory", n).read(keys_.memory(result_.memory)); }});
    sections.push_back({"trace", [this](const YAML::Node& n) { read_trace(n); }});
    sections.push_back({"defaults", [this](const YAML::Node& n) { read_defaults(n); }});
    sections.push_back({"layers", [this](const YAML::Node& n) { read_layers(n); }});
    sections.push_back({"streams", [this](const YAML::Node& n) { read_streams(n); }});
    map("the accelerator", root).read(sections);
    return std::move(result_);
  }

 private:
  YamlMap map(const std::string& what, const YAML::Node& node) const {
    return YamlMap(result_.file.string(), what, node);
  }

  void read_trace(const YAML::Node& node) {
    const std::filesystem::path named = keys_.scalars().text("trace", node).value;
    result_.trace = (result_.file.parent_path() / named).lexically_normal();
  }

  void read_defaults(const YAML::Node& node) {
    result_.has_defaults = true;
    result_.defaults.place = place_of(node.Mark());
    map("defaults", node).read(keys_.defaults(result_));
  }

  void read_layers(const YAML::Node& node) {
    map("layers", node).for_each([this](const std::string& name, Place place, const YAML::Node& value) {
      LayerSettings& settings = result_.layers[name];
      settings.place = place;
      map("layer " + traces::in_quotes(name), value).read(keys_.layer(settings));
    });
  }

  void read_streams(const YAML::Node& node) {
    map("streams", node).for_each([this](const std::string& name, Place place, const YAML::Node& value) {
      result_.streams[name] = {keys_.stream_depth(name, value).value, place};
    });
  }

  AcceleratorKeys keys_;
  Accelerator result_;
};

}  // namespace

Accelerator Accelerator::read(const std::filesystem::path& file) {
  const YAML::Node root = read_yaml(file, "an accelerator file");
  if (root.IsNull()) {
    throw ConfigError(file.string(), {}, "is empty; the least an accelerator file holds is 'defaults: {unit: dense}'");
  }
  return AcceleratorReader(file).read(root);
}

}  // namespace millrace::sim
