#include "sim/config/config_error.hpp"

#include <fmt/format.h>

#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

std::string located(const std::string& file, Place place, const std::string& message) {
  // One line, whatever a file puts into it, the names of other files included.
  const std::string name = traces::one_line(file);
  const std::string shown = traces::one_line(message);
  if (place.line == 0) {
    return fmt::format("{}: {}", name, shown);
  }
  return fmt::format("{}:{}:{}: {}", name, place.line, place.column, shown);
}

}  // namespace

ConfigError::ConfigError(const std::string& file, Place place, const std::string& message)
    : std::runtime_error(located(file, place, message)) {}

}  // namespace millrace::sim
