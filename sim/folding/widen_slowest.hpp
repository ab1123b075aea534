// The search: every engine begins with the fewest DSPs; then the slowest one is widened, a step at a time, until it
// cannot be (the increment of fpgaConvNet's and HASS's design space exploration).
//
// A step is the cheapest legal choice that is faster at all, so no engine is ever wider than the interval asks for.
// With DSPs as the only budget the interval that comes out is therefore the least that the budget has, and a larger
// budget is never slower. A budget of block RAMs may end the search before.
//
// It knows no engines: only what their choices cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace millrace::sim {

/// Of one engine, folded in one way.
struct Cost {
  double cycles = 0.0;  ///< an image
  std::int64_t dsps = 0;
  std::int64_t block_rams = 0;  ///< BRAM18
};

/// All that one engine could be; at least one.
using Choices = std::vector<Cost>;

struct Budget {
  std::int64_t dsps = 0;
  std::optional<std::int64_t> block_rams;  ///< what the start takes beyond it stays, and no step adds to it
};

/// Why the slowest engine is not wider.
enum class Limit { kDsps, kBlockRams, kNothingFaster };

struct Allocation {
  std::vector<std::size_t> chosen;  ///< an engine
  std::size_t slowest = 0;          ///< the first of the slowest engines
  Limit limit = Limit::kDsps;
};

/// DSPs without which the engines are not there.
std::int64_t least_dsps(const std::vector<Choices>& engines);

/// At least one engine; the budget holds least_dsps().
Allocation widen_slowest(const std::vector<Choices>& engines, const Budget& budget);

}  // namespace millrace::sim
