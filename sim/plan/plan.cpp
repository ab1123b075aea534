#include "sim/plan/plan.hpp"

#include <array>

namespace millrace::sim {

const char* module_kind(const ModuleParameters& parameters) {
  static constexpr std::array<const char*, std::variant_size_v<ModuleParameters>> kKinds = {
      "DmaReader",  "DmaWriter", "SlidingWindow", "DotArray", "Fork", "Add",      "Subsample",
      "ChannelPad", "Rebundle",  "GlobalPool",    "Concat",   "Pool", "Pointwise"};
  return kKinds.at(parameters.index());
}

std::int64_t Plan::words_per_image() const {
  std::int64_t words = 0;
  for (const PlannedStream& stream : streams) {
    words += stream.words;
  }
  return words;
}

Resources Plan::resources() const {
  Resources total;
  for (const PlannedModule& module : modules) {
    total.dsps += module.resources.dsps;
    total.memory_bits += module.resources.memory_bits;
  }
  for (const PlannedStream& stream : streams) {
    total.memory_bits += stream.depth.words * stream.word_bits;
  }
  return total;
}

}  // namespace millrace::sim
