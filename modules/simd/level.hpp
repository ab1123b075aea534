// Which vector instructions loops over many numbers use. Results are the same at every level.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace millrace {

/// From the slowest to the fastest: plain C++; AVX2; AVX-512 with BW, DQ, VL, BITALG and VPOPCNTDQ.
enum class SimdLevel { kPortable, kAvx2, kAvx512 };

/// A level that does not exist, or that this processor does not have.
class SimdError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What this processor has, slowest first. Never empty.
std::vector<SimdLevel> simd_levels();
/// The fastest of them.
SimdLevel best_simd_level();

/// "portable", "avx2", "avx512".
std::string name_of(SimdLevel level);
/// Throws SimdError with the levels of this processor.
SimdLevel simd_level_of(const std::string& name);

}  // namespace millrace
