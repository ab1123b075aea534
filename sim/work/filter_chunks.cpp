#include "sim/work/filter_chunks.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace millrace::sim {
namespace {

template <typename Container>
constexpr std::size_t kFull = std::numeric_limits<Container>::max();

/// What a lane gets from the groups at most: of each its pairs, or its cycles if that is more.
template <typename Container>
std::size_t most_of(std::span<const Container> groups, std::size_t words, std::size_t least) {
  std::size_t most = 0;
  for (std::size_t group = 0; group < groups.size(); group += words) {
    std::size_t pairs = 0;
    for (std::size_t word = 0; word < words; ++word) {
      pairs += static_cast<std::size_t>(std::popcount(groups[group + word]));
    }
    most += std::max(pairs, least);
  }
  return most;
}

/// The most that a lane gets from any chunk, or from the first that is too much for it.
template <typename Container>
std::size_t heaviest_chunk(std::span<const Container> weights, std::size_t filters, std::size_t words,
                           std::size_t least, std::size_t chunk) {
  std::size_t heaviest = 0;
  for (std::size_t unit = 0; unit < weights.size(); unit += filters * words) {
    for (std::size_t done = 0; done < filters && heaviest <= kFull<Container>; done += chunk) {
      const std::span<const Container> groups =
          weights.subspan(unit + done * words, std::min(chunk, filters - done) * words);
      heaviest = std::max(heaviest, most_of(groups, words, least));
    }
  }
  return heaviest;
}

}  // namespace

template <typename Container>
Chunks filter_chunks(std::span<const Container> weights, std::size_t filters, std::size_t words, std::size_t pairs,
                     std::size_t least) {
  if (filters * pairs <= kFull<Container>) {
    return {filters, kFull<Container> / (filters * pairs)};
  }
  for (std::size_t chunks = 1;; ++chunks) {
    const std::size_t chunk = (filters + chunks - 1) / chunks;
    const std::size_t heaviest = heaviest_chunk(weights, filters, words, least, chunk);
    // A single group always fits.
    if (heaviest <= kFull<Container>) {
      return {chunk, heaviest == 0 ? kFull<Container> : kFull<Container> / heaviest};
    }
  }
}

template Chunks filter_chunks(std::span<const std::uint8_t>, std::size_t, std::size_t, std::size_t, std::size_t);
template Chunks filter_chunks(std::span<const std::uint16_t>, std::size_t, std::size_t, std::size_t, std::size_t);
template Chunks filter_chunks(std::span<const std::uint32_t>, std::size_t, std::size_t, std::size_t, std::size_t);
template Chunks filter_chunks(std::span<const std::uint64_t>, std::size_t, std::size_t, std::size_t, std::size_t);

}  // namespace millrace::sim
