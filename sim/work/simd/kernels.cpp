#include "sim/work/simd/kernels.hpp"

#include <algorithm>

#include "sim/work/cost_table.hpp"

namespace millrace::sim {

const Kernels& kernels_of([[maybe_unused]] SimdLevel level) {
#ifdef __x86_64__
  if (level == SimdLevel::kAvx512) {
    return avx512_kernels();
  }
  if (level == SimdLevel::kAvx2) {
    return avx2_kernels();
  }
#endif
  return portable_kernels();
}

CostRule make_cost_rule(const DotEngine& engine) {
  const CostTable table(engine);
  const std::int64_t pairs = engine.group_pairs();
  CostRule rule{};
  rule.macs = static_cast<std::uint32_t>(engine.folding.macs);
  rule.least = engine.skip_empty_groups ? 0 : 1;
  for (std::int64_t n = 0; n <= std::min<std::int64_t>(pairs, 16); ++n) {
    if (n < std::ssize(rule.of_8)) {
      rule.of_8[n] = static_cast<std::uint8_t>(table[n]);
    }
    rule.of_16[n] = static_cast<std::uint16_t>(table[n]);
  }
  if (rule.macs > 1) {
    rule.reciprocal = static_cast<std::uint32_t>(((std::uint64_t{1} << 32) + rule.macs - 1) / rule.macs);
  }
  return rule;
}

}  // namespace millrace::sim
