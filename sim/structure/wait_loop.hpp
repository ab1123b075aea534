// Who waits for whom, where nothing can move.
#pragma once

#include <span>
#include <vector>

#include "modules/process/process.hpp"

namespace millrace::sim {

/// Whether it waits for a word or for room.
bool is_stuck(const Process& process);

/// Processes that each wait for the next, the last for the first: the loop that the first one stuck leads to. Empty if
/// none is stuck.
std::vector<const Process*> find_loop(std::span<Process* const> processes);

}  // namespace millrace::sim
