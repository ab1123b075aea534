// CRC-64/XZ: tells two files or two sets of weights apart; no protection against forgery.
#pragma once

#include <boost/crc.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace millrace::traces {

class Crc64 {
 public:
  void add(std::span<const std::uint8_t> bytes) { crc_.process_bytes(bytes.data(), bytes.size()); }
  /// 16 lower-case hex digits.
  std::string hex() const;

 private:
  boost::crc_optimal<64, 0x42F0E1EBA9EA3693, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, true, true> crc_;
};

/// What Crc64::hex() returns looks like this.
bool is_crc64_hex(std::string_view text);

}  // namespace millrace::traces
