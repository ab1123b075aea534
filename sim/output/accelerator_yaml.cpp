#include "sim/output/accelerator_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

namespace millrace::sim {
namespace {

/// Plain where no parser could take it for anything but a text.
std::string key(const std::string& name) {
  const bool is_plain =
      std::all_of(name.begin(), name.end(),
                  [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '/' || c == '.'; }) &&
      name.find_first_of("_/") != std::string::npos;
  return is_plain ? name : nlohmann::json(name).dump();
}

template <typename T>
std::string value_text(const T& value) {
  return fmt::format("{}", value);
}

std::string value_text(UnitKind value) {
  return unit_kind_name(value);
}

/// "coarse_out: 8, macs: 3".
std::string settings_text(const LayerSettings& settings) {
  std::string text;
  const auto add = [&](const char* name, const auto& setting) {
    if (setting) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, value_text(setting->value));
    }
  };
  add("unit", settings.unit);
  add("coarse_in", settings.coarse_in);
  add("coarse_out", settings.coarse_out);
  add("coarse_group", settings.coarse_group);
  add("group_channels", settings.group_channels);
  add("macs", settings.macs);
  add("lanes", settings.lanes);
  add("queue", settings.queue);
  add("pixel_buffers", settings.pixel_buffers);
  add("lock_step", settings.lock_step);
  add("skip_empty_groups", settings.skip_empty_groups);
  return text;
}

std::string trace_text(const Accelerator& accelerator) {
  const std::filesystem::path folder = std::filesystem::absolute(accelerator.file).parent_path();
  return std::filesystem::relative(std::filesystem::absolute(*accelerator.trace), folder).generic_string();
}

class AcceleratorWriter {
 public:
  AcceleratorWriter(const Accelerator& accelerator, const traces::Network& network)
      : accelerator_(accelerator), network_(network) {}

  std::string write(const std::string& comment) {
    comments(comment);
    line("clock_mhz: {}", accelerator_.clock_mhz);
    line("data_bits: {}", accelerator_.data_bits);
    if (accelerator_.trace) {
      line("trace: {}", nlohmann::json(trace_text(accelerator_)).dump());
    }
    memory();
    defaults();
    layers();
    streams();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void comments(const std::string& comment) {
    std::istringstream lines(comment);
    for (std::string one; std::getline(lines, one);) {
      line("{}", one.empty() ? "#" : "# " + one);
    }
  }

  void memory() {
    const MemoryParameters& memory = accelerator_.memory;
    line("\nmemory:");
    line("  bytes_per_cycle: {}", memory.bytes_per_cycle);
    line("  latency: {}", memory.latency.count());
    line("  burst: {}", memory.burst_bytes);
    line("  outstanding: {}", memory.outstanding);
  }

  void defaults() {
    const std::string settings = settings_text(accelerator_.defaults);
    line("\ndefaults: {{{}{}depth: {}, skip_depth: {}}}", settings, settings.empty() ? "" : ", ", accelerator_.depth,
         accelerator_.skip_depth == SkipDepth::kAmple ? "ample" : "minimum");
  }

  void layers() {
    if (accelerator_.layers.empty()) {
      return;
    }
    line("\nlayers:");
    std::size_t width = 0;
    for (const auto& [name, settings] : accelerator_.layers) {
      width = std::max(width, key(name).size());
    }
    for (const traces::Layer& layer : network_.layers()) {
      const auto found = accelerator_.layers.find(layer.name);
      if (found != accelerator_.layers.end()) {
        line("  {:<{}} {{{}}}", key(layer.name) + ":", width + 1, settings_text(found->second));
      }
    }
  }

  void streams() {
    if (accelerator_.streams.empty()) {
      return;
    }
    line("\nstreams:");
    for (const auto& [name, depth] : accelerator_.streams) {
      line("  {}: {}", key(name), depth.value);
    }
  }

  const Accelerator& accelerator_;
  const traces::Network& network_;
  std::string text_;
};

}  // namespace

std::string accelerator_yaml(const Accelerator& accelerator, const traces::Network& network,
                             const std::string& comment) {
  return AcceleratorWriter(accelerator, network).write(comment);
}

}  // namespace millrace::sim
