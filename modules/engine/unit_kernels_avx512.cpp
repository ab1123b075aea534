#include "modules/engine/unit_kernel.hpp"
#include "modules/simd/avx512.hpp"

namespace millrace {

const UnitKernels& avx512_unit_kernels() {
  return kUnitKernelsOf<simd::Avx512>;
}

}  // namespace millrace
