// What differs between two plans, key by key. Modules and streams are compared by name.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace::sim {

/// A setting that differs in the same way at one place or at several.
struct ConfigurationChange {
  std::string key;                 ///< "depth", "macs"
  std::string kind;                ///< "streams", "modules", or "" for the plan as a whole
  std::vector<std::string> names;  ///< of the modules or streams
  std::string before;
  std::string after;
};

struct ConfigurationDiff {
  std::vector<ConfigurationChange> changes;  ///< the largest first: ratio of the numbers, over all places
  std::vector<std::string> only_before;      ///< "module X", "stream Y"
  std::vector<std::string> only_after;

  bool empty() const { return changes.empty() && only_before.empty() && only_after.empty(); }
};

/// Of millrace-plan-1.
ConfigurationDiff diff_configurations(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace millrace::sim
