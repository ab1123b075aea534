// The keys of an accelerator file, each with the reader that checks its value and stores it. What varies accelerators
// (sim/studies) reads its values through the same table.
#pragma once

#include <vector>

#include "sim/config/accelerator.hpp"
#include "sim/config/yaml_map.hpp"

namespace millrace::sim {

/// Tables for one file; they refer to the reader and to what they store into, which must outlive them.
class AcceleratorKeys {
 public:
  /// `file` is what errors name.
  explicit AcceleratorKeys(std::string file) : scalars_(std::move(file)) {}

  const YamlScalars& scalars() const { return scalars_; }

  /// Numbers of the accelerator as a whole: clock_mhz, data_bits.
  std::vector<YamlMap::Key> whole(Accelerator& accelerator) const;
  std::vector<YamlMap::Key> memory(MemoryParameters& memory) const;
  std::vector<YamlMap::Key> layer(LayerSettings& settings) const;
  /// Those of a layer, and what is said of all streams.
  std::vector<YamlMap::Key> defaults(Accelerator& accelerator) const;
  /// Of the stream `name`.
  Setting<std::int64_t> stream_depth(const std::string& name, const YAML::Node& node) const;

 private:
  YamlMap::Key integer(const char* name, std::int64_t& target, Range range) const;

  YamlScalars scalars_;
};

}  // namespace millrace::sim
