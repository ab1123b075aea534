#include "bench/bare_loop_kernel.hpp"
#include "sim/work/simd/avx512.hpp"

namespace millrace::bench {

const BareLoops& avx512_bare_loops() {
  return kBareLoopsOf<sim::Avx512>;
}

}  // namespace millrace::bench
