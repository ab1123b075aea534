#include "sim/work/simd/portable.hpp"

#include "sim/work/simd/level_kernels.hpp"

namespace millrace::sim {

const Kernels& portable_kernels() {
  return kKernelsOf<Portable>;
}

}  // namespace millrace::sim
