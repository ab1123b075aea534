// What FIFOs take on chip, and at which depths it changes.
//
//   bits   depth * width, as registers or an ASIC's memories take it
//   bram   BRAM18 by the rule of sim/resources/block_ram.hpp; of equals, the one with fewer bits in LUTs. A FIFO that
//   is
//          in block RAM may as well use its blocks up, so only depths that fill them are looked at
//   words  depth, whatever the width
#pragma once

#include <cstdint>
#include <string>

#include "sim/resources/block_ram.hpp"

namespace millrace::sim {

enum class Objective { kBits, kBlockRams, kWords };

/// "bits", "bram", "words".
const char* objective_name(Objective objective);

/// Of one FIFO or of many together.
struct FifoMemory {
  std::int64_t words = 0;
  std::int64_t bits = 0;
  std::int64_t block_rams = 0;
  std::int64_t lut_bits = 0;  ///< of FIFOs that are in no block RAM

  static FifoMemory of(ArraySize fifo);
  FifoMemory& operator+=(const FifoMemory& other);
  friend bool operator==(const FifoMemory&, const FifoMemory&) = default;

  /// In the unit of the objective.
  std::int64_t amount(Objective objective) const;
  /// To be made small: orders as amount() does, and block RAMs of equal number by their bits in LUTs.
  std::int64_t price(Objective objective) const;
};

/// The largest depth below `depth` at which a FIFO of this width takes less; nothing below 1 (returns 0).
std::int64_t next_shallower(std::int64_t depth, std::int64_t width, Objective objective);

/// The largest depth that takes no more than `depth` does.
std::int64_t deepest_of_same_price(std::int64_t depth, std::int64_t width, Objective objective);

}  // namespace millrace::sim
