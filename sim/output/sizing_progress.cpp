#include "sim/output/sizing_progress.hpp"

#include <fmt/format.h>

#include "sim/output/sizing_table.hpp"

namespace millrace::sim {

SizingProgress::SizingProgress(Objective objective, bool quiet) : objective_(objective), quiet_(quiet) {}

void SizingProgress::at(const std::string& stage, double done, std::int64_t runs,
                        const std::optional<FifoMemory>& best) {
  if (quiet_ || !line_.is_due()) {
    return;
  }
  std::string text = fmt::format("{}: {} depth vectors solved", stage, runs);
  if (best) {
    text += fmt::format(", best so far {}", amount_text(*best, objective_));
  }
  if (done > 0.0) {
    text += fmt::format(", about {:.0f} s left", line_.seconds() / done * (1.0 - done));
  }
  line_.show(text);
}

}  // namespace millrace::sim
