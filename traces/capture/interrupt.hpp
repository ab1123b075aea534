// Ctrl-C between two images: the program unwinds, and so leaves no partial file.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace millrace::capture {

class Interrupted : public std::exception {
 public:
  /// Says what is left.
  explicit Interrupted(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// From here on SIGINT and SIGTERM only set a flag.
void catch_interrupts();
/// Throws Interrupted if one came since the last call.
void check_interrupted();

}  // namespace millrace::capture
