#include "sim/diff/configuration_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <map>
#include <set>

namespace millrace::sim {
namespace {

using nlohmann::json;

/// Leaves by their place: {"parameters/folding/macs": 2}.
void flatten(const json& value, const std::string& place, std::map<std::string, std::string>& leaves) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) {
      // A parameter is called as in the accelerator file.
      flatten(inner, place.empty() || place == "parameters" ? key : fmt::format("{}/{}", place, key), leaves);
    }
    return;
  }
  leaves[place] = value.is_string() ? value.get<std::string>() : value.dump();
}

std::map<std::string, std::string> leaves_of(const json& value) {
  std::map<std::string, std::string> leaves;
  flatten(value, "", leaves);
  return leaves;
}

std::string name_of(const json& element) {
  const auto name = element.is_object() ? element.find("name") : element.end();
  return name != element.end() && name->is_string() ? name->get<std::string>() : element.dump();
}

/// Elements by name; the second of one name has another.
std::map<std::string, json> by_name(const json& plan, const char* kind) {
  std::map<std::string, json> elements;
  const auto found = plan.find(kind);
  if (found == plan.end() || !found->is_array()) {
    return elements;
  }
  for (const json& element : *found) {
    std::string name = name_of(element);
    while (!elements.try_emplace(name, element).second) {
      name += "'";
    }
  }
  return elements;
}

class Comparison {
 public:
  void compare(const std::string& kind, const std::string& name, const json& before, const json& after) {
    const std::map<std::string, std::string> old_leaves = leaves_of(before);
    const std::map<std::string, std::string> new_leaves = leaves_of(after);
    std::set<std::string> keys;
    for (const auto* leaves : {&old_leaves, &new_leaves}) {
      std::ranges::transform(*leaves, std::inserter(keys, keys.end()), [](const auto& leaf) { return leaf.first; });
    }
    for (const std::string& key : keys) {
      const std::string was = text(old_leaves, key);
      const std::string is = text(new_leaves, key);
      if (was != is) {
        add(kind, name, key, was, is);
      }
    }
  }

  std::vector<ConfigurationChange> take() { return std::move(changes_); }

 private:
  static std::string text(const std::map<std::string, std::string>& leaves, const std::string& key) {
    const auto found = leaves.find(key);
    return found == leaves.end() ? "nothing" : found->second;
  }

  void add(const std::string& kind, const std::string& name, const std::string& key, const std::string& before,
           const std::string& after) {
    const auto same = std::ranges::find_if(changes_, [&](const ConfigurationChange& change) {
      return change.kind == kind && change.key == key && change.before == before && change.after == after;
    });
    if (same == changes_.end()) {
      changes_.push_back({key, kind, {name}, before, after});
    } else {
      same->names.push_back(name);
    }
  }

  std::vector<ConfigurationChange> changes_;
};

/// Without what follows from the rest of a plan.
json without(json object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    object.erase(key);
  }
  return object;
}

/// Powers of two between the numbers, over all places. What is no number counts most.
double weight(const ConfigurationChange& change) {
  const json before = json::parse(change.before, nullptr, false);
  const json after = json::parse(change.after, nullptr, false);
  const bool have_ratio = before.is_number() && after.is_number() && before > 0 && after > 0;
  return have_ratio ? std::abs(std::log2(after.get<double>() / before.get<double>())) *
                          static_cast<double>(change.names.size())
                    : std::numeric_limits<double>::infinity();
}

}  // namespace

ConfigurationDiff diff_configurations(const json& before, const json& after) {
  ConfigurationDiff diff;
  Comparison comparison;
  const auto whole = [](const json& plan) { return without(plan, {"modules", "streams", "words_per_image"}); };
  comparison.compare("", "", whole(before), whole(after));
  for (const char* kind : {"modules", "streams"}) {
    const std::map<std::string, json> old_elements = by_name(before, kind);
    const std::map<std::string, json> new_elements = by_name(after, kind);
    const std::string one = std::string(kind).substr(0, std::string(kind).size() - 1);
    for (const auto& [name, element] : old_elements) {
      const auto found = new_elements.find(name);
      if (found == new_elements.end()) {
        diff.only_before.push_back(fmt::format("{} {}", one, name));
      } else {
        const auto own = [](const json& element) { return without(element, {"inputs", "outputs", "from", "to"}); };
        comparison.compare(kind, name, own(element), own(found->second));
      }
    }
    for (const auto& [name, element] : new_elements) {
      if (!old_elements.contains(name)) {
        diff.only_after.push_back(fmt::format("{} {}", one, name));
      }
    }
  }
  diff.changes = comparison.take();
  std::ranges::stable_sort(diff.changes, std::greater<>(), weight);
  return diff;
}

}  // namespace millrace::sim
