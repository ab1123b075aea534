#include "sim/output/plan_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/output/plan_json.hpp"

namespace millrace::sim {
namespace {

/// "macs 3, unit skip_both, ...": the parameters as the JSON has them, nested ones left out.
std::string parameters_text(const Json& parameters) {
  std::string text;
  for (const auto& [key, value] : parameters.items()) {
    if (value.is_primitive()) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key,
                          value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
  return text;
}

}  // namespace

std::string plan_table(const Plan& plan) {
  const Json json = plan_json(plan);
  std::size_t module_width = 6;
  for (const PlannedModule& module : plan.modules) {
    module_width = std::max(module_width, module.name.size());
  }
  std::size_t stream_width = 6;
  for (const PlannedStream& stream : plan.streams) {
    stream_width = std::max(stream_width, stream.name.size());
  }

  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{:<{}}  {:<13}  {}\n", "module", module_width, "kind", "parameters");
  for (const Json& module : json["modules"]) {
    fmt::format_to(out, "{:<{}}  {:<13}  {}\n", module["name"].get<std::string>(), module_width,
                   module["kind"].get<std::string>(), parameters_text(module["parameters"]));
  }
  fmt::format_to(out, "\n{:<{}}  {:>5}  {:>6}  {:>7}  {:>7}  {:>10}\n", "stream", stream_width, "lanes", "depth",
                 "minimum", "latency", "words/img");
  for (const PlannedStream& stream : plan.streams) {
    fmt::format_to(out, "{:<{}}  {:>5}  {:>6}  {:>7}  {:>7}  {:>10}\n", stream.name, stream_width, stream.lanes,
                   stream.depth.words, stream.minimum_depth ? std::to_string(*stream.minimum_depth) : "-",
                   stream.latency.count(), stream.words);
  }
  const Resources resources = plan.resources();
  fmt::format_to(out,
                 "\n{} modules, {} streams, {} words an image; {} DSPs, {:.1f} Mbit of on-chip memory (estimates)\n",
                 plan.modules.size(), plan.streams.size(), plan.words_per_image(), resources.dsps,
                 static_cast<double>(resources.memory_bits) / 1e6);
  return text;
}

}  // namespace millrace::sim
