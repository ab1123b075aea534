// What the analytical model says of one layer, and of the modules that make it up.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::sim::analytical {

/// Rates are words a lane and cycle, empty where the published model divides by zero.
struct ModuleEstimate {
  std::string_view name;  ///< "pad", "sliding_window", "squeeze", "fork", "vector_dot", "accum", "glue", "shift_scale"
  std::optional<double> rate_in;
  std::optional<double> rate_out;
  double cycles = 0.0;  ///< an image: the larger of words in / rate in and words out / rate out
  std::int64_t fill = 0;
};

/// A layer as one stage of the pipeline: all that the network's formulas need.
struct StageEstimate {
  std::int64_t cycles = 0;  ///< an image (L)
  double rate_in = 1.0;
  std::optional<double> rate_out = 1.0;
  std::int64_t words_in = 0;  ///< a lane and image
  std::int64_t words_out = 0;
  std::int64_t fill = 0;  ///< cycles from its first word in to its first word out (d)
};

struct LayerEstimate {
  StageEstimate stage;
  std::int64_t fewest_cycles = 0;  ///< had every group the most zeros
  std::int64_t most_cycles = 0;    ///< had no group a zero
  std::int64_t start_depth = 0;    ///< words in before the first output can be worked
  std::vector<ModuleEstimate> modules;
};

}  // namespace millrace::sim::analytical
