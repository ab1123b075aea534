#include "sim/studies/study.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/config/yaml_document.hpp"
#include "sim/config/yaml_map.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

using traces::in_quotes;

constexpr Range kSeeds{0, std::numeric_limits<std::int32_t>::max()};

class StudyReader {
 public:
  explicit StudyReader(const std::filesystem::path& file) : scalars_(file.string()) { study_.file = file; }

  Study read(const YAML::Node& root) {
    map("the study", root)
        .read({{"accelerator", [this](const YAML::Node& n) { read_accelerator(n); }},
               {"traces", [this](const YAML::Node& n) { read_traces(n); }},
               {"images", [this](const YAML::Node& n) { study_.images = scalars_.integer("images", n, Range{}); }},
               {"axes", [this](const YAML::Node& n) { read_axes(n); }},
               {"sample", [this](const YAML::Node& n) { read_sample(n); }}});
    if (study_.accelerator_file.empty()) {
      fail({}, "names no accelerator; add 'accelerator: FILE' (relative to this file)");
    }
    if (study_.traces.empty()) {
      take_trace_of_accelerator();
    }
    return std::move(study_);
  }

 private:
  YamlMap map(const std::string& what, const YAML::Node& node) const {
    return YamlMap(study_.file.string(), what, node);
  }
  [[noreturn]] void fail(Place place, const std::string& message) const {
    throw ConfigError(study_.file.string(), place, message);
  }
  std::filesystem::path resolved(const std::string& name) const {
    return (study_.file.parent_path() / name).lexically_normal();
  }

  void read_accelerator(const YAML::Node& node) {
    const std::string name = scalars_.text("accelerator", node).value;
    study_.accelerator_file = resolved(name);
    study_.accelerator = Accelerator::read(study_.accelerator_file);
    study_.accelerator.file = name;
  }

  void read_traces(const YAML::Node& node) {
    if (!node.IsSequence() || node.size() == 0) {
      fail(place_of(node.Mark()), "'traces' must be a list of files, such as [a.safetensors, b.safetensors]");
    }
    std::set<std::filesystem::path> seen;
    for (const YAML::Node& trace : node) {
      const Setting<std::string> name = scalars_.text("a trace", trace);
      study_.traces.push_back({name.value, resolved(name.value)});
      if (!seen.insert(study_.traces.back().file).second) {
        fail(name.place, fmt::format("trace {} stands twice; keep one", in_quotes(name.value)));
      }
    }
  }

  void take_trace_of_accelerator() {
    if (!study_.accelerator.trace) {
      fail({}, fmt::format("neither the study nor {} names a trace; add 'traces: [FILE]' (relative to this file)",
                           in_quotes(study_.accelerator.file.string())));
    }
    study_.traces.push_back({study_.accelerator.trace->filename().string(), *study_.accelerator.trace});
  }

  void read_axes(const YAML::Node& node) {
    if (!node.IsSequence() || node.size() == 0) {
      fail(place_of(node.Mark()), "'axes' must be a list, such as [{set: depth, values: [2, 4, 8]}]");
    }
    std::set<std::string> names;
    for (const YAML::Node& entry : node) {
      study_.axes.push_back(read_axis(study_.file.string(), entry, study_.axes.size()));
      for (const AxisColumn& column : study_.axes.back().columns) {
        if (!names.insert(column.name).second) {
          fail(place_of(entry.Mark()),
               fmt::format("two columns are called {}; give one of them another 'name'", in_quotes(column.name)));
        }
      }
    }
  }

  void read_sample(const YAML::Node& node) {
    Sample sample{0, 0, place_of(node.Mark())};
    const auto number = [this](const char* name, std::uint64_t& target, Range range) {
      return YamlMap::Key{name, [this, name, &target, range](const YAML::Node& n) {
                            target = static_cast<std::uint64_t>(scalars_.integer(name, n, range).value);
                          }};
    };
    map("sample", node)
        .read({number("points", sample.points, {1, Study::kMostPoints}), number("seed", sample.seed, kSeeds)});
    if (sample.points == 0) {
      fail(sample.place, "'points' is missing in sample");
    }
    study_.sample = sample;
  }

  YamlScalars scalars_;
  Study study_;
};

}  // namespace

Study Study::read(const std::filesystem::path& file) {
  const YAML::Node root = read_yaml(file, "a study file");
  if (root.IsNull()) {
    throw ConfigError(
        file.string(), {},
        "is empty; a study is, for instance, {accelerator: a.yaml, axes: [{set: depth, values: [2, 4]}]}");
  }
  return StudyReader(file).read(root);
}

std::vector<std::string> Study::columns() const {
  std::vector<std::string> names;
  for (const Axis& axis : axes) {
    for (const AxisColumn& column : axis.columns) {
      names.push_back(column.name);
    }
  }
  return names;
}

}  // namespace millrace::sim
