#include "modules/simd/level.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace millrace {

std::vector<SimdLevel> simd_levels() {
  std::vector<SimdLevel> levels{SimdLevel::kPortable};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) {
    levels.push_back(SimdLevel::kAvx2);
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bitalg") &&
      __builtin_cpu_supports("avx512vpopcntdq")) {
    levels.push_back(SimdLevel::kAvx512);
  }
#endif
  return levels;
}

SimdLevel best_simd_level() {
  return simd_levels().back();
}

std::string name_of(SimdLevel level) {
  switch (level) {
    case SimdLevel::kPortable:
      return "portable";
    case SimdLevel::kAvx2:
      return "avx2";
    case SimdLevel::kAvx512:
      break;
  }
  return "avx512";
}

SimdLevel simd_level_of(const std::string& name) {
  const std::vector<SimdLevel> levels = simd_levels();
  const auto found =
      std::find_if(levels.begin(), levels.end(), [&](SimdLevel level) { return name_of(level) == name; });
  if (found == levels.end()) {
    std::vector<std::string> names;
    std::transform(levels.begin(), levels.end(), std::back_inserter(names), name_of);
    throw SimdError(fmt::format("'{}' is no SIMD level of this processor; legal are {}", name, fmt::join(names, ", ")));
  }
  return *found;
}

}  // namespace millrace
