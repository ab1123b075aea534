#include "sim/work/simd/avx512.hpp"

#include "sim/work/simd/level_kernels.hpp"

namespace millrace::sim {

const Kernels& avx512_kernels() {
  return kKernelsOf<Avx512>;
}

}  // namespace millrace::sim
