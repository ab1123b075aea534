// Timing and bytes of the memory.
#include "modules/memory/memory_array.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace millrace {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(MemoryArray, ServesRequestsOneBehindTheOther) {
  MemoryArray memory({.bytes_per_cycle = 4, .latency = Cycles{10}});
  Bytes bytes(8);
  EXPECT_EQ(memory.read(0, bytes, Cycle{0}), Cycle{12});
  // The bus is free at 2; the latency of one request does not hold up the next.
  EXPECT_EQ(memory.read(0, bytes, Cycle{1}), Cycle{14});
  EXPECT_EQ(memory.write(0, bytes, Cycle{1}), Cycle{16}) << "reads and writes share the bus";
  EXPECT_EQ(memory.read(0, bytes, Cycle{6}), Cycle{18}) << "free at the very edge";
  EXPECT_EQ(memory.read(0, bytes, Cycle{100}), Cycle{112}) << "what was not used is lost";
}

TEST(MemoryArray, RoundsToWholeCycles) {
  for (const auto& [size, cycles] : std::vector<std::pair<std::size_t, std::int64_t>>{{1, 1}, {4, 1}, {5, 2}, {9, 3}}) {
    MemoryArray memory({.bytes_per_cycle = 4, .latency = Cycles{0}});
    EXPECT_EQ(memory.write(0, Bytes(size), Cycle{7}), Cycle{7 + cycles}) << size << " bytes";
  }
}

TEST(MemoryArray, KeepsBytes) {
  MemoryArray memory({.bytes_per_cycle = 4, .latency = Cycles{1}});
  memory.write(100, Bytes{1, 2, 3, 4}, Cycle{0});
  Bytes bytes(6);
  memory.read(99, bytes, Cycle{0});
  EXPECT_EQ(bytes, (Bytes{0, 1, 2, 3, 4, 0}));
  memory.write(101, Bytes{9}, Cycle{0});
  memory.read(99, bytes, Cycle{0});
  EXPECT_EQ(bytes, (Bytes{0, 1, 9, 3, 4, 0}));
}

TEST(MemoryArray, BytesNeverWrittenAreZeroWhateverTheBufferHeld) {
  const MemoryArray memory({});
  Bytes bytes(5000, 0xff);
  memory.load(std::uint64_t{1} << 60, bytes);
  EXPECT_EQ(bytes, Bytes(5000, 0));
}

TEST(MemoryArray, LoadsAndStoresAcrossPages) {
  for (const std::uint64_t address : {std::uint64_t{0}, std::uint64_t{4095}, std::uint64_t{4096}, std::uint64_t{12345},
                                      (std::uint64_t{1} << 40) + 3}) {
    MemoryArray memory({});
    Bytes stored(3 * 4096);
    for (std::size_t index = 0; index < stored.size(); ++index) {
      stored[index] = static_cast<std::uint8_t>(index * 7 + index / 256);
    }
    memory.store(address, stored);
    Bytes loaded(stored.size());
    memory.load(address, loaded);
    EXPECT_EQ(loaded, stored) << "at " << address;
    Bytes timed(stored.size());
    memory.read(address, timed, Cycle{0});
    EXPECT_EQ(timed, stored) << "at " << address;
  }
}

TEST(MemoryArray, LoadAndStoreTakeNoTime) {
  MemoryArray memory({.bytes_per_cycle = 1, .latency = Cycles{0}});
  Bytes bytes(100);
  memory.store(0, bytes);
  memory.load(0, bytes);
  Bytes byte(1);
  EXPECT_EQ(memory.read(0, byte, Cycle{0}), Cycle{1});
}

}  // namespace
}  // namespace millrace
