// What is wrong with what the user gave: model, images, options.
#pragma once

#include <stdexcept>

namespace millrace::capture {

/// The file or option, what is wrong with it, and what would be right.
class CaptureError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace millrace::capture
