// The kernels of a level, and the numbers that they need of an engine.
#pragma once

#include <type_traits>

#include "modules/simd/level.hpp"
#include "sim/plan/plan.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

/// Needs a level that this processor has.
const Kernels& kernels_of(SimdLevel level);

/// Those of one container: 8, 16, 32 or 64 bits.
template <typename Container>
const ContainerKernels<Container>& kernels_for(const Kernels& kernels) {
  if constexpr (std::is_same_v<Container, std::uint8_t>) {
    return kernels.of_8;
  } else if constexpr (std::is_same_v<Container, std::uint16_t>) {
    return kernels.of_16;
  } else if constexpr (std::is_same_v<Container, std::uint32_t>) {
    return kernels.of_32;
  } else {
    return kernels.of_64;
  }
}

/// Those of sums of one type: 8, 16 or 32 bits.
template <typename Sum, typename Container>
CountKernel<Container, Sum> count_kernel(const ContainerKernels<Container>& kernels) {
  if constexpr (std::is_same_v<Sum, std::uint8_t>) {
    return kernels.count_in_8;
  } else if constexpr (std::is_same_v<Sum, std::uint16_t>) {
    return kernels.count_in_16;
  } else {
    return kernels.count_in_32;
  }
}
template <typename Sum>
TileKernelOf<Sum> tile_kernel(const Kernels& kernels) {
  if constexpr (std::is_same_v<Sum, std::uint8_t>) {
    return kernels.to_band_of_8;
  } else if constexpr (std::is_same_v<Sum, std::uint16_t>) {
    return kernels.to_band_of_16;
  } else {
    return kernels.to_band_of_32;
  }
}

/// For an engine whose units have `macs` MACs.
CostRule make_cost_rule(const DotEngine& engine);

}  // namespace millrace::sim
