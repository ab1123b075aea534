// What a simulation has to tell that was stopped on its way: the images that are through, which no more simulation
// would change. Accounts and high-water marks are of whole runs and not here.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/accounts/outcome.hpp"

namespace millrace::sim {

struct PartialRun {
  std::int64_t images_asked = 0;
  std::vector<ImageResult> images;  ///< those that are through, in order
};

}  // namespace millrace::sim
