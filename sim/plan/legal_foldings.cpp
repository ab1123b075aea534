#include "sim/plan/legal_foldings.hpp"

#include <algorithm>

namespace millrace::sim {

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  for (std::int64_t candidate = 1; candidate * candidate <= number; ++candidate) {
    if (number % candidate == 0) {
      low.push_back(candidate);
      if (candidate != number / candidate) {
        high.push_back(number / candidate);
      }
    }
  }
  low.insert(low.end(), high.rbegin(), high.rend());
  return low;
}

std::vector<Folding> LegalFoldings::all(std::int64_t widest_group) const {
  std::vector<Folding> lanes;
  for (const std::int64_t group_channels : divisors(channels())) {
    if (group_channels > 1 && most_macs(group_channels) > widest_group) {
      break;
    }
    for (const std::int64_t coarse_in : divisors(blocks(group_channels))) {
      for (const std::int64_t coarse_out : divisors(filters())) {
        for (const std::int64_t coarse_group : divisors(geometry_.groups)) {
          lanes.push_back({coarse_in, coarse_out, coarse_group, group_channels, 1});
        }
      }
    }
  }
  std::vector<Folding> foldings;
  for (Folding folding : lanes) {
    if (!takes_groups(folding)) {
      continue;
    }
    const std::int64_t most = std::min(most_macs(folding.group_channels), kWidestUnit);
    for (folding.macs = 1; folding.macs <= most; ++folding.macs) {
      foldings.push_back(folding);
    }
  }
  return foldings;
}

}  // namespace millrace::sim
