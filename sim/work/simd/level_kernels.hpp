// All kernels of one level. Include it only in the source that is compiled for that level.
#pragma once

#include "sim/work/simd/pair_kernel.hpp"
#include "sim/work/simd/tile_kernel.hpp"
#include "sim/work/simd/window_kernel.hpp"

namespace millrace::sim {

template <typename Level, typename Container>
constexpr ContainerKernels<Container> container_kernels() {
  return {PairKernel<Level, Container, std::uint8_t>::count, PairKernel<Level, Container, std::uint16_t>::count,
          PairKernel<Level, Container, std::uint32_t>::count, WindowKernel<Level>::template join<Container>};
}

template <typename Level>
inline constexpr Kernels kKernelsOf = {container_kernels<Level, std::uint8_t>(),
                                       container_kernels<Level, std::uint16_t>(),
                                       container_kernels<Level, std::uint32_t>(),
                                       container_kernels<Level, std::uint64_t>(),
                                       WindowKernel<Level>::to_planes,
                                       WindowKernel<Level>::to_patterns,
                                       TileKernel<Level>::template to_band<std::uint8_t>,
                                       TileKernel<Level>::template to_band<std::uint16_t>,
                                       TileKernel<Level>::template to_band<std::uint32_t>};

}  // namespace millrace::sim
