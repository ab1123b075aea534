// Ctrl-C between two images: the program unwinds, and so leaves no partial file.
#pragma once

#include <exception>

namespace millrace::capture {

class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted; nothing was written"; }
};

/// From here on SIGINT and SIGTERM only set a flag.
void catch_interrupts();
/// Throws Interrupted if one came since the last call.
void check_interrupted();

}  // namespace millrace::capture
