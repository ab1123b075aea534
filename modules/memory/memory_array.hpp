// The memory behind all ports: one data bus of limited width, a fixed latency, and the bytes.
//
// Timing of a request of n bytes at edge t: start = max(t, free), free = start + ceil(n / bytes_per_cycle),
// done = free + latency. Requests are served in the order in which they come.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "modules/memory/memory_port.hpp"

namespace millrace {

struct MemoryParameters {
  std::int64_t bytes_per_cycle = 16;
  Cycles latency{32};
  std::int64_t burst_bytes = 64;  ///< what a DMA engine asks for at once
  std::int64_t outstanding = 4;   ///< bursts that a DMA engine has under way at once
  friend bool operator==(const MemoryParameters&, const MemoryParameters&) = default;
};

/// Bytes that were never written read as 0.
class MemoryArray final : public MemoryPort {
 public:
  explicit MemoryArray(MemoryParameters parameters) : parameters_(parameters) {}

  Cycle read(std::uint64_t address, std::span<std::uint8_t> bytes, Cycle now) override;
  Cycle write(std::uint64_t address, std::span<const std::uint8_t> bytes, Cycle now) override;

  /// Bytes without time: to load what a simulation reads and to look at what it wrote.
  void store(std::uint64_t address, std::span<const std::uint8_t> bytes);
  void load(std::uint64_t address, std::span<std::uint8_t> bytes) const;

 private:
  static constexpr std::uint64_t kPageBytes = 4096;
  using Page = std::array<std::uint8_t, kPageBytes>;

  Cycle serve(std::size_t bytes, Cycle now);

  MemoryParameters parameters_;
  Cycle free_;
  std::unordered_map<std::uint64_t, Page> pages_;
};

}  // namespace millrace
