// How long the dot units of an engine work on each window. The engine asks for it in bands, in the order in which its
// windows arrive; who answers (bit masks, a recorded vector) is no concern of the engine.
#pragma once

#include <cstdint>
#include <span>

namespace millrace {

/// Cycles that one unit works on one window: at least 1.
using UnitWork = std::uint32_t;

class WorkSource {
 public:
  virtual ~WorkSource() = default;
  /// The next windows, as many as the source likes but at least one; window-major, all units of a window together.
  /// Valid until the next call.
  virtual std::span<const UnitWork> next_band() = 0;
};

}  // namespace millrace
