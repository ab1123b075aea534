// Bands of work as plain numbers, and plain numbers as bands.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "modules/engine/work_source.hpp"

namespace millrace {

inline std::vector<UnitWork> numbers_of(const WorkBand& band) {
  return std::visit([](auto numbers) { return std::vector<UnitWork>(numbers.begin(), numbers.end()); }, band);
}

/// Hands over numbers in 8, 16 and 32 bits in turn, as far as they fit.
class WidthsInTurn {
 public:
  /// Valid until the next call.
  WorkBand band(std::span<const UnitWork> numbers) {
    turn_ = (turn_ + 1) % 3;
    const UnitWork largest = numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
    if (turn_ == 0 && largest <= UINT8_MAX) {
      return narrow<std::uint8_t>(numbers);
    }
    if (turn_ == 1 && largest <= UINT16_MAX) {
      return narrow<std::uint16_t>(numbers);
    }
    return narrow<std::uint32_t>(numbers);
  }

 private:
  template <typename Number>
  WorkBand narrow(std::span<const UnitWork> numbers) {
    auto& kept = std::get<std::vector<Number>>(kept_);
    kept.assign(numbers.begin(), numbers.end());
    return std::span<const Number>(kept);
  }

  std::tuple<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>> kept_;
  unsigned turn_ = 0;
};

}  // namespace millrace
