#include "sim/config/config_error.hpp"

#include <fmt/format.h>

#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

std::string located(const std::string& file, Place place, const std::string& message) {
  // One line, whatever a file puts into it.
  const std::string shown = traces::one_line(message);
  if (place.line == 0) {
    return fmt::format("{}: {}", file, shown);
  }
  return fmt::format("{}:{}:{}: {}", file, place.line, place.column, shown);
}

}  // namespace

ConfigError::ConfigError(const std::string& file, Place place, const std::string& message)
    : std::runtime_error(located(file, place, message)) {}

}  // namespace millrace::sim
