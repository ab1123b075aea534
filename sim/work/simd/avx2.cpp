#include "sim/work/simd/avx2.hpp"

#include "sim/work/simd/level_kernels.hpp"

namespace millrace::sim {

const Kernels& avx2_kernels() {
  return kKernelsOf<Avx2>;
}

}  // namespace millrace::sim
