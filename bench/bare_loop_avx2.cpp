#include "bench/bare_loop_kernel.hpp"
#include "sim/work/simd/avx2.hpp"

namespace millrace::bench {

const BareLoops& avx2_bare_loops() {
  return kBareLoopsOf<sim::Avx2>;
}

}  // namespace millrace::bench
