#include "modules/engine/unit_kernel.hpp"
#include "modules/simd/portable.hpp"

namespace millrace {

const UnitKernels& portable_unit_kernels() {
  return kUnitKernelsOf<simd::Portable>;
}

}  // namespace millrace
