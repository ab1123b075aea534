// The innermost loop of the work stage: surviving pairs of one activation group against many filters.
#pragma once

#include <cstdint>
#include <span>

#include "modules/engine/work_source.hpp"

namespace millrace::sim {

/// For every unit u < cycles.size(): adds to cycles[u] the table's cycles for popcount(weights & activations) over the
/// unit's filters. `weights` holds units x filters groups of activations.size() words each. Returns all surviving
/// pairs.
std::int64_t add_pair_cycles(std::span<const std::uint64_t> weights, std::span<const std::uint64_t> activations,
                             const UnitWork* table, std::span<UnitWork> cycles);

}  // namespace millrace::sim
