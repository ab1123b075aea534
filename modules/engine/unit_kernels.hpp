// What one window does to the clocks of all dot units of an engine, by the vectors of a SIMD level. The same at every
// level. Plain data: sources that are compiled for a level include this.
#pragma once

#include <cstddef>
#include <cstdint>

#include "modules/simd/level.hpp"

namespace millrace {

inline constexpr std::size_t kUnitLanes = 8;

/// Clocks of as many units as the widest vectors hold. Lanes behind the last unit have no work and change nothing.
struct alignas(64) UnitBlock {
  std::int64_t lanes[kUnitLanes] = {};
};

/// Every unit begins at max(now, freed, ready): now = that + work, busy += work. What waiting for `freed` adds is added
/// to `blocked`.
struct TakeTask {
  std::int64_t freed;
  std::int64_t ready;
  const void* work;  ///< a number a unit; kUnitLanes more may be read
  std::size_t units;
  UnitBlock* now;
  UnitBlock* busy;
  UnitBlock* blocked;
};

struct UnitKernels {
  using Take = std::int64_t (*)(const TakeTask&);

  // By the width of the numbers: 8, 16, 32 bits. They return the edge at which the last unit is through.

  Take take[3];
  /// Where no unit waits for `freed`.
  Take take_unblocked[3];
};

/// Needs a level that this processor has.
const UnitKernels& unit_kernels_of(SimdLevel level);

const UnitKernels& portable_unit_kernels();
const UnitKernels& avx2_unit_kernels();
const UnitKernels& avx512_unit_kernels();

}  // namespace millrace
