// What a DMA engine needs of a memory: when a request is done, and its bytes.
#pragma once

#include <cstdint>
#include <span>

#include "modules/time/cycle.hpp"

namespace millrace {

/// One port of a memory. Requests must come in the order of their edges over all ports: whoever calls has synchronised.
class MemoryPort {
 public:
  virtual ~MemoryPort() = default;
  /// Edge at which the last byte is there.
  virtual Cycle read(std::uint64_t address, std::span<std::uint8_t> bytes, Cycle now) = 0;
  virtual Cycle write(std::uint64_t address, std::span<const std::uint8_t> bytes, Cycle now) = 0;
};

}  // namespace millrace
