// Products of sizes that come out of files.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace millrace::traces {

/// The product of the factors (1 of none), or nothing where a factor is negative or the product goes beyond `limit`.
inline std::optional<std::int64_t> checked_product(std::span<const std::int64_t> factors, std::int64_t limit) {
  std::int64_t product = 1;
  for (const std::int64_t factor : factors) {
    if (factor < 0 || (factor > 0 && product > limit / factor)) {
      return std::nullopt;
    }
    product *= factor;
  }
  return product;
}

}  // namespace millrace::traces
