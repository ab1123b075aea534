// How long the dot units of an engine work on each window. The engine asks for it in bands, in the order in which its
// windows arrive; who answers (bit masks, a recorded vector) is no concern of the engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace millrace {

/// Cycles that one unit works on one window: at least 1.
using UnitWork = std::uint32_t;

/// Windows behind each other, all units of a window together, in numbers as narrow as their source likes.
using WorkBand =
    std::variant<std::span<const std::uint8_t>, std::span<const std::uint16_t>, std::span<const std::uint32_t>>;

inline std::size_t size_of(const WorkBand& band) {
  return std::visit([](auto numbers) { return numbers.size(); }, band);
}

class WorkSource {
 public:
  virtual ~WorkSource() = default;
  /// The next windows, as many as the source likes but at least one. Valid until the next call.
  virtual WorkBand next_band() = 0;
};

}  // namespace millrace
