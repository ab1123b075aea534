// An accelerator as the file that sim/config reads: every setting that is not left to the defaults built in.
#pragma once

#include <string>

#include "sim/config/accelerator.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// Layers stand in the order of the network. The trace is named from the folder of `accelerator.file`. Every line of
/// `comment` becomes a comment at the top.
std::string accelerator_yaml(const Accelerator& accelerator, const traces::Network& network,
                             const std::string& comment);

}  // namespace millrace::sim
