#include "modules/engine/unit_kernels.hpp"

namespace millrace {

const UnitKernels& unit_kernels_of([[maybe_unused]] SimdLevel level) {
#ifdef __x86_64__
  if (level == SimdLevel::kAvx512) {
    return avx512_unit_kernels();
  }
  if (level == SimdLevel::kAvx2) {
    return avx2_unit_kernels();
  }
#endif
  return portable_unit_kernels();
}

}  // namespace millrace
