// Which foldings of a layer with weights are legal: what every factor must divide, for who checks a folding, and all of
// them, for who looks for one.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/plan/folded_layer.hpp"

namespace millrace::sim {

class LegalFoldings {
 public:
  explicit LegalFoldings(const DotGeometry& geometry) : geometry_(geometry) {}

  /// group_channels divides it.
  std::int64_t channels() const { return geometry_.channels / geometry_.groups; }
  /// coarse_in divides it.
  std::int64_t blocks(std::int64_t group_channels) const { return channels() / group_channels; }
  /// coarse_out divides it.
  std::int64_t filters() const { return geometry_.filters / geometry_.groups; }
  /// Groups side by side must be worked whole.
  bool takes_groups(const Folding& folding) const {
    return folding.coarse_group == 1 ||
           (folding.coarse_in == blocks(folding.group_channels) && folding.coarse_out == filters());
  }
  /// The pairs of a group: a MAC more would have none.
  std::int64_t most_macs(std::int64_t group_channels) const {
    return geometry_.window.kernel * geometry_.window.kernel * group_channels;
  }

  /// MACs of the widest dot unit that all() looks at.
  static constexpr std::int64_t kWidestUnit = 256;
  /// Every legal folding whose groups have at most `widest_group` pairs, or the pairs of one channel, and whose units
  /// have at most kWidestUnit MACs.
  std::vector<Folding> all(std::int64_t widest_group) const;

 private:
  DotGeometry geometry_;
};

/// All divisors of a positive number, ascending.
std::vector<std::int64_t> divisors(std::int64_t number);

}  // namespace millrace::sim
