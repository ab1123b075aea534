// An accelerator file as it was written: every setting with its place, none checked against a network yet.
//
// Units: clock in MHz, memory in bytes and cycles, data in bits, depths in words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "modules/memory/memory_array.hpp"
#include "sim/config/config_error.hpp"

namespace millrace::sim {

template <typename T>
struct Setting {
  T value;
  Place place;
};

/// Which pairs a dot unit drops before they reach a MAC.
enum class UnitKind { kDense, kSkipWeights, kSkipActivations, kSkipBoth };

/// "dense", "skip_weights", "skip_activations", "skip_both".
const char* unit_kind_name(UnitKind kind);

/// What a file may say of one layer, or in `defaults` of all.
struct LayerSettings {
  Place place;
  std::optional<Setting<std::int64_t>> coarse_in;
  std::optional<Setting<std::int64_t>> coarse_out;
  std::optional<Setting<std::int64_t>> coarse_group;
  std::optional<Setting<std::int64_t>> group_channels;
  std::optional<Setting<std::int64_t>> macs;
  std::optional<Setting<UnitKind>> unit;
  std::optional<Setting<bool>> skip_empty_groups;
  std::optional<Setting<bool>> lock_step;
  std::optional<Setting<std::int64_t>> queue;
  std::optional<Setting<std::int64_t>> pixel_buffers;
  std::optional<Setting<std::int64_t>> lanes;
};

/// How deep a stream into a join is where the file does not say.
enum class SkipDepth {
  kAmple,    ///< never full before the other branch is: it costs no time
  kMinimum,  ///< the least that cannot deadlock
};

struct Accelerator {
  std::filesystem::path file;
  double clock_mhz = 200.0;
  std::int64_t data_bits = 8;
  MemoryParameters memory;
  std::optional<std::filesystem::path> trace;  ///< resolved against the file's folder
  bool has_defaults = false;
  LayerSettings defaults;
  std::int64_t depth = 2;
  SkipDepth skip_depth = SkipDepth::kAmple;
  std::map<std::string, LayerSettings> layers;
  std::map<std::string, Setting<std::int64_t>> streams;  ///< depth by stream name

  /// Throws ConfigError: unreadable file, YAML that does not parse, unknown or repeated keys, wrong types, values out
  /// of range.
  static Accelerator read(const std::filesystem::path& file);
};

}  // namespace millrace::sim
