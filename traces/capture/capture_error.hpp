// What is wrong with what the user gave: model, images, options.
#pragma once

#include <stdexcept>
#include <string>

#include "traces/in_quotes.hpp"

namespace millrace::capture {

/// The file or option, what is wrong with it, and what would be right.
class CaptureError : public std::runtime_error {
 public:
  /// One line, whatever the model puts into it.
  explicit CaptureError(const std::string& message) : std::runtime_error(traces::one_line(message)) {}
};

}  // namespace millrace::capture
