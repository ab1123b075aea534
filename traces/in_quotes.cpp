#include "traces/in_quotes.hpp"

#include <algorithm>
#include <cstddef>

namespace millrace::traces {

namespace {

std::string beginning(std::string_view text, std::size_t longest) {
  std::string shown(text.substr(0, longest));
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return shown + (text.size() > longest ? "..." : "");
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  return "'" + beginning(text, longest) + "'";
}

std::string one_line(std::string_view message) {
  constexpr std::size_t longest = 4096;
  return beginning(message, longest);
}

}  // namespace millrace::traces
