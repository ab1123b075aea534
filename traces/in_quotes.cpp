#include "traces/in_quotes.hpp"

#include <algorithm>
#include <cstddef>

namespace millrace::traces {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string shown(text.substr(0, longest));
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return "'" + shown + (text.size() > longest ? "...'" : "'");
}

}  // namespace millrace::traces
