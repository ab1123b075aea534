#include "sim/config/config_error.hpp"

#include <fmt/format.h>

namespace millrace::sim {
namespace {

std::string located(const std::string& file, Place place, const std::string& message) {
  if (place.line == 0) {
    return fmt::format("{}: {}", file, message);
  }
  return fmt::format("{}:{}:{}: {}", file, place.line, place.column, message);
}

}  // namespace

ConfigError::ConfigError(const std::string& file, Place place, const std::string& message)
    : std::runtime_error(located(file, place, message)) {}

}  // namespace millrace::sim
