// What every refusal of an input must be like.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string_view>

namespace millrace::fuzz {

/// Aborts unless the message is one short line: terminals and logs take it as it is.
inline void check_message(const std::exception& error) {
  constexpr std::size_t kLongest = 20000;
  const std::string_view message = error.what();
  const bool is_one_line =
      std::none_of(message.begin(), message.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (message.empty() || message.size() > kLongest || !is_one_line) {
    std::abort();
  }
}

}  // namespace millrace::fuzz
