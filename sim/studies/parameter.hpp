// What an axis of a study sets: a key of the accelerator file, and where in it; or a threshold on the codes of the
// trace.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/config/accelerator.hpp"
#include "sim/studies/name_pattern.hpp"
#include "traces/code_thresholds.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// What a value takes part in: the netlist and the work of its units, which is counted from the trace; or only when
/// that work is done. Points that differ in timing alone are solved on work that was counted once.
enum class Effect { kTiming, kWork };

/// What an axis says of its parameter, as it stands in the study file.
struct ParameterText {
  std::string file;
  Setting<std::string> key;                     ///< `set`
  std::optional<Setting<std::string>> layers;   ///< pattern
  std::optional<Setting<std::string>> streams;  ///< pattern
};

class Parameter {
 public:
  /// Throws ConfigError: a key that is not legal there.
  explicit Parameter(ParameterText text);

  /// "queue", "queue /block1/*", "depth *.fork -> *".
  std::string name() const;
  Effect effect() const;
  /// Of activations or weights, on their codes.
  bool is_threshold() const { return where_ == Where::kActivations || where_ == Where::kWeights; }
  /// Streams whose depth it sets; nothing for all other parameters. A stream belongs to a plan, not to the network, so
  /// whoever has the plan sets it.
  const std::optional<NamePattern>& streams() const { return streams_; }
  /// Where the study names it.
  Place place() const { return place_; }

  /// Throws ConfigError, with the place of the value, if it is none for this parameter.
  void check(const YAML::Node& value) const;
  /// Throws ConfigError if it sets no layer of the network.
  void check(const traces::Network& network) const { layers_of(network); }

  /// Sets a checked value, in the accelerator or in the thresholds. Needs that it is not for streams.
  void apply(const std::string& value, const traces::Network& network, Accelerator& accelerator,
             traces::CodeThresholds& thresholds) const;

 private:
  enum class Where { kWhole, kMemory, kDefaults, kLayers, kStreams, kActivations, kWeights };

  Where find_place(const ParameterText& text) const;
  [[noreturn]] void refuse_key(const std::vector<std::string>& legal, const std::string& where) const;
  /// Layers that match; with wildcards only those that have such a setting.
  std::vector<traces::LayerId> layers_of(const traces::Network& network) const;
  bool takes(const traces::Layer& layer) const;
  /// Checks a value and stores it where it belongs: in the accelerator, or in the settings of one layer.
  void read(const YAML::Node& value, Accelerator& accelerator, LayerSettings& layer) const;
  void set_threshold(std::int64_t value, const traces::Network& network, traces::CodeThresholds& thresholds) const;

  std::string file_;
  std::string key_;
  Place place_;
  std::optional<NamePattern> layers_;
  std::optional<NamePattern> streams_;
  Where where_;
};

}  // namespace millrace::sim
