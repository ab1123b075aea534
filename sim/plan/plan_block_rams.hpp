// BRAM18 of a plan, by the rules of sim/resources/block_ram and sim/analytical/engine_resources.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Of weights and windows.
std::int64_t engine_block_rams(const Plan& plan);
std::int64_t stream_block_rams(const Plan& plan);

}  // namespace millrace::sim
