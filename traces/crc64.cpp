#include "traces/crc64.hpp"

#include <fmt/format.h>

namespace millrace::traces {

std::string Crc64::hex() const {
  return fmt::format("{:016x}", crc_.checksum());
}

bool is_crc64_hex(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace millrace::traces
