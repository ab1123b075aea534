// What `millrace fold` found, for people: an engine a line, and totals.
#pragma once

#include <string>

#include "sim/folding/fold.hpp"
#include "sim/resources/device.hpp"

namespace millrace::sim {

/// `device`: whose block RAMs the totals are held against.
std::string fold_table(const Fold& fold, const FoldRequest& request, const std::optional<Device>& device);

}  // namespace millrace::sim
