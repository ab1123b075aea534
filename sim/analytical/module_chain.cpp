#include "sim/analytical/module_chain.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace millrace::sim::analytical {

ModuleEstimate passing(std::string_view name, double words_in, double rate_in, double words_out, double rate_out,
                       std::int64_t fill) {
  const auto finite = [](double rate) { return std::isfinite(rate) ? std::optional(rate) : std::nullopt; };
  return {name, finite(rate_in), finite(rate_out), std::max(words_in / rate_in, words_out / rate_out), fill};
}

std::vector<ModuleEstimate> module_chain(const LayerCounts& counts, const DotStage& dots) {
  const auto walked = static_cast<double>(counts.walked * counts.beats);
  const auto windows = static_cast<double>(counts.out_pixels * counts.beats);
  const auto pixels = static_cast<double>(counts.out_pixels);
  const auto filters = static_cast<double>(counts.filters);
  const auto sums = static_cast<double>(dots.sums_a_pixel);
  const auto share = [&](std::int64_t pixels_of) {
    return static_cast<double>(pixels_of) / static_cast<double>(counts.walked);
  };
  return {
      passing("pad", static_cast<double>(counts.words_in), share(counts.in_pixels), walked, 1.0, 0),
      passing("sliding_window", walked, 1.0, windows, share(counts.out_pixels), counts.line_fill),
      passing("squeeze", windows, 1.0, windows, 1.0, 0),
      passing("fork", windows, 1.0, windows, 1.0, 0),
      passing("vector_dot", windows, dots.dots_a_cycle / filters, pixels * sums * filters, dots.dots_a_cycle,
              dots.dot_fill),
      passing("accum", pixels * sums * filters, dots.sums_a_cycle, pixels * filters,
              std::min(sums, dots.sums_a_cycle) / sums, dots.sums_a_pixel * counts.filters),
      passing("glue", dots.joined_words, 1.0, dots.joined_words, 1.0, dots.joined),
  };
}

std::int64_t chain_fill(const std::vector<ModuleEstimate>& modules) {
  return std::accumulate(modules.begin(), modules.end(), std::int64_t{0},
                         [](std::int64_t sum, const ModuleEstimate& module) { return sum + module.fill; });
}

}  // namespace millrace::sim::analytical
