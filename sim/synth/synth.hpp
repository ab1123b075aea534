// Traces that are made up from rules: masks only, the same for the same seed on every machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/synth/edge_rules.hpp"

namespace millrace::sim {

struct SynthRules {
  EdgeRules edges;
  std::map<std::size_t, IndependentZeros> weights;  ///< by LayerId::index, one for every layer with weights
  std::string description;                          ///< for the trace's provenance
};

/// Densities of the weights of every layer; a list has one for each channel of a group. Throws ConfigError: unknown
/// layers, a layer without a density.
std::map<std::size_t, IndependentZeros> weight_rules(const traces::Network& network, const LayerNumbers& densities);

/// Writes a trace of `images` images, "synth0" and so on. Throws TraceError if the file cannot be written.
void write_synth(const std::filesystem::path& file, const traces::Network& network, const SynthRules& rules,
                 std::int64_t images, std::uint64_t seed);

}  // namespace millrace::sim
