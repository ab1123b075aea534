// What is wrong with an accelerator file or with how it fits the network: one message with file, line and column.
#pragma once

#include <stdexcept>
#include <string>

namespace millrace::sim {

/// A place in a text file, counted from 1; line 0 is the file as a whole.
struct Place {
  int line = 0;
  int column = 0;
};

class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// "file:line:column: message".
  ConfigError(const std::string& file, Place place, const std::string& message);
};

}  // namespace millrace::sim
