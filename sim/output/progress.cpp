#include "sim/output/progress.hpp"

#include <fmt/format.h>

#include <utility>

namespace millrace::sim {
namespace {

constexpr std::int64_t kBarWidth = 30;

}  // namespace

Progress::Progress(std::string what, Audience audience) : what_(std::move(what)), audience_(audience) {}

void Progress::report(std::int64_t done, std::int64_t all) {
  if (audience_ == Audience::kNobody || !line_.is_due()) {
    return;
  }
  const double left = line_.seconds() / static_cast<double>(done) * static_cast<double>(all - done);
  const std::string text = fmt::format("{} of {} {}, {:.0f} s left", done, all, what_, left);
  const std::int64_t filled = kBarWidth * done / all;
  line_.show(line_.on_terminal() ? fmt::format("[{:#<{}}{:.<{}}] {}", "", filled, "", kBarWidth - filled, text) : text);
}

}  // namespace millrace::sim
