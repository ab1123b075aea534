#include "modules/engine/unit_kernel.hpp"
#include "modules/simd/avx2.hpp"

namespace millrace {

const UnitKernels& avx2_unit_kernels() {
  return kUnitKernelsOf<simd::Avx2>;
}

}  // namespace millrace
