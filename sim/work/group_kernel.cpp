#include "sim/work/group_kernel.hpp"

#include <bit>
#include <cstddef>

// One source, compiled for plain x86-64 and for processors with POPCNT and AVX2; the loader picks. Sanitizers cannot
// run the resolver, and other processors have no such choice.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define MILLRACE_DISPATCHED [[gnu::target_clones("default", "arch=haswell")]]
#else
#define MILLRACE_DISPATCHED
#endif

namespace millrace::sim {

MILLRACE_DISPATCHED
std::int64_t add_pair_cycles(std::span<const std::uint64_t> weights, std::span<const std::uint64_t> activations,
                             const UnitWork* table, std::span<UnitWork> cycles) {
  const std::size_t words = activations.size();
  const std::size_t filters = weights.size() / (words * cycles.size());
  const std::uint64_t* weight = weights.data();
  std::int64_t survivors = 0;
  for (UnitWork& unit : cycles) {
    UnitWork sum = 0;
    if (words == 1) {
      const std::uint64_t activation = activations.front();
      for (std::size_t filter = 0; filter < filters; ++filter) {
        const int pairs = std::popcount(weight[filter] & activation);
        sum += table[pairs];
        survivors += pairs;
      }
    } else {
      for (std::size_t filter = 0; filter < filters; ++filter) {
        int pairs = 0;
        for (std::size_t word = 0; word < words; ++word) {
          pairs += std::popcount(weight[filter * words + word] & activations[word]);
        }
        sum += table[pairs];
        survivors += pairs;
      }
    }
    weight += filters * words;
    unit += sum;
  }
  return survivors;
}

}  // namespace millrace::sim
