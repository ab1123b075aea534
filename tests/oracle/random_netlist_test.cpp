// What must hold for every random netlist, and that they are varied enough to test with.
#include "tests/oracle/random_netlist.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

#include "tests/oracle/cycle_loop.hpp"
#include "tests/oracle/random.hpp"

namespace millrace::oracle {
namespace {

constexpr std::uint64_t kCases = 500;
constexpr Edge kLimit = 1000000;
constexpr std::size_t kKinds = std::variant_size_v<ModuleSpec>;

TEST(Random, GivesTheSameNumbersOnEveryPlatform) {
  Random random(5489);  // first output of the engine: 14514284786278117030
  EXPECT_EQ(random.below(1000), (14514284786278117030U >> 11U) % 1000);
}

TEST(RandomNetlist, EveryWordArrivesWithDeepStreams) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Netlist netlist = random_netlist(seed);
    for (StreamSpec& stream : netlist.streams) {
      stream.depth = 100000;
    }
    const Result result = run(netlist, kLimit);
    ASSERT_EQ(result.outcome, Outcome::kCompleted);
    for (const StreamRecord& stream : result.streams) {
      ASSERT_FALSE(stream.pushes.empty());
      ASSERT_EQ(stream.pushes.size(), stream.pops.size());
    }
  }
}

TEST(RandomNetlist, StreamsKeepTheirRules) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Netlist netlist = random_netlist(seed);
    const Result result = run(netlist, kLimit);
    ASSERT_NE(result.outcome, Outcome::kEdgeLimit);
    for (std::size_t s = 0; s < result.streams.size(); ++s) {
      const auto& [pushes, pops] = result.streams[s];
      const auto [depth, latency] = netlist.streams[s];
      const std::size_t capacity = depth + latency - 1;
      const auto not_later = [](Edge a, Edge b) { return a >= b; };
      ASSERT_EQ(std::adjacent_find(pushes.begin(), pushes.end(), not_later), pushes.end());
      ASSERT_EQ(std::adjacent_find(pops.begin(), pops.end(), not_later), pops.end());
      ASSERT_LE(pops.size(), pushes.size());
      ASSERT_LE(pushes.size(), pops.size() + capacity);
      for (std::size_t k = 0; k < pops.size(); ++k) {
        ASSERT_GE(pops[k], pushes[k] + latency);
        if (k + capacity < pushes.size()) {
          ASSERT_GE(pushes[k + capacity], pops[k] + 1);
        }
      }
    }
  }
}

TEST(RandomNetlist, AccountsSumToTheTotal) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Result result = run(random_netlist(seed), kLimit);
    for (const std::vector<ProcessRecord>& module : result.processes) {
      for (const ProcessRecord& p : module) {
        ASSERT_LE(p.busy + p.starved + p.blocked, p.last_edge);
        ASSERT_EQ(p.busy + p.starved + p.blocked + p.idle, result.total);
        ASSERT_EQ(std::accumulate(p.starved_by.begin(), p.starved_by.end(), std::uint64_t{0}), p.starved);
        ASSERT_EQ(std::accumulate(p.blocked_by.begin(), p.blocked_by.end(), std::uint64_t{0}), p.blocked);
        ASSERT_EQ(p.finished || result.outcome == Outcome::kDeadlock, true);
      }
    }
    ASSERT_EQ(result.waiting.empty(), result.outcome == Outcome::kCompleted);
  }
}

TEST(RandomNetlist, OrderOfModulesDoesNotMatter) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Netlist netlist = random_netlist(seed);
    const Result forth = run(netlist, kLimit);
    std::reverse(netlist.modules.begin(), netlist.modules.end());
    const Result back = run(netlist, kLimit);
    ASSERT_EQ(forth.total, back.total);
    for (std::size_t s = 0; s < forth.streams.size(); ++s) {
      ASSERT_EQ(forth.streams[s].pushes, back.streams[s].pushes);
      ASSERT_EQ(forth.streams[s].pops, back.streams[s].pops);
    }
  }
}

TEST(RandomNetlist, AllKindsAndBothOutcomesAreFrequent) {
  std::array<std::uint64_t, kKinds> with_kind{};
  std::uint64_t deadlocks = 0;
  std::uint64_t arrays = 0;
  std::uint64_t lock_steps = 0;
  std::uint64_t single_banks = 0;
  std::uint64_t single_slots = 0;
  std::uint64_t one_unit = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Netlist netlist = random_netlist(seed);
    std::array<bool, kKinds> seen{};
    for (const ModuleSpec& module : netlist.modules) {
      seen[module.index()] = true;
      if (const auto* array = std::get_if<DotArraySpec>(&module)) {
        ++arrays;
        lock_steps += array->lock_step ? 1 : 0;
        single_banks += array->pixel_buffers == 1 ? 1 : 0;
        single_slots += netlist.streams[array->in].depth == 1 ? 1 : 0;
        one_unit += array->units == 1 ? 1 : 0;
      }
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      with_kind[kind] += seen[kind] ? 1 : 0;
    }
    deadlocks += run(netlist, kLimit).outcome == Outcome::kDeadlock ? 1 : 0;
  }
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    EXPECT_GE(with_kind[kind], kCases / 10) << "module kind " << kind;
    RecordProperty("cases_with_kind_" + std::to_string(kind), std::to_string(with_kind[kind]));
  }
  RecordProperty("deadlocks", std::to_string(deadlocks));
  EXPECT_GE(deadlocks * 100, kCases * 3);
  EXPECT_LE(deadlocks * 100, kCases * 60);
  EXPECT_GE(lock_steps * 5, arrays);
  EXPECT_GE(single_banks * 10, arrays);
  EXPECT_GE(single_slots * 20, arrays);
  EXPECT_LE(one_unit * 2, arrays);
}

}  // namespace
}  // namespace millrace::oracle
