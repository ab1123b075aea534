// A file of one YAML document, as nodes.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>

namespace millrace::sim {

/// The root of the document; null if the file is empty. `what` says in messages what the file should be ("an
/// accelerator file"). Throws ConfigError: unreadable file, above 4 MiB, YAML that does not parse, more than one
/// document.
YAML::Node read_yaml(const std::filesystem::path& file, const std::string& what);

}  // namespace millrace::sim
