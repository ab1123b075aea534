#include "bench/bare_loop_kernel.hpp"
#include "sim/work/simd/portable.hpp"

namespace millrace::bench {

const BareLoops& portable_bare_loops() {
  return kBareLoopsOf<sim::Portable>;
}

}  // namespace millrace::bench
