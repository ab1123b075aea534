#include "sim/config/config_error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace millrace::sim {
namespace {

/// A message is one line, whatever a file puts into it.
std::string located(const std::string& file, Place place, std::string message) {
  std::replace_if(
      message.begin(), message.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  if (place.line == 0) {
    return fmt::format("{}: {}", file, message);
  }
  return fmt::format("{}:{}:{}: {}", file, place.line, place.column, message);
}

}  // namespace

ConfigError::ConfigError(const std::string& file, Place place, const std::string& message)
    : std::runtime_error(located(file, place, message)) {}

}  // namespace millrace::sim
