#include "sim/output/validation_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace millrace::sim {
namespace {

/// Lengths of the moving average that the table has room for.
constexpr std::array<std::int64_t, 3> kShownLengths = {1, 16, 256};

std::string error(double predicted, double simulated) {
  return simulated == 0.0 ? "-" : fmt::format("{:+.1f}", 100.0 * (predicted - simulated) / simulated);
}

std::string spread(const LayerValidation& layer, std::int64_t windows) {
  const auto found = std::find_if(layer.spread.begin(), layer.spread.end(),
                                  [&](const MovingSpread& spread) { return spread.windows == windows; });
  return found == layer.spread.end() ? "-" : fmt::format("{:.2f}", found->zeros);
}

class ValidationTable {
 public:
  ValidationTable(const Plan& plan, const Validation& validation) : plan_(plan), validation_(validation) {}

  std::string print() {
    layers();
    network();
    ladder();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void layers() {
    std::size_t width = 5;
    for (const LayerValidation& layer : validation_.layers) {
      width = std::max(width, plan_.module(layer.module).name.size());
    }
    line("{:<{}}  {:>9} {:>9}  {:>9} {:>9}  {:>6} {:>6}  {:>5} {:>5} {:>6}", "layer", width, "mean", "histogram",
         "isolated", "busy", "mean%", "hist%", "D(1)", "D(16)", "D(256)");
    for (const LayerValidation& layer : validation_.layers) {
      line("{:<{}}  {:>9.0f} {:>9.0f}  {:>9.0f} {:>9.0f}  {:>6} {:>6}  {:>5} {:>5} {:>6}",
           plan_.module(layer.module).name, width, layer.mean_form(), layer.histogram_form(), layer.isolated(),
           layer.busy, error(layer.mean_form(), layer.isolated()), error(layer.histogram_form(), layer.isolated()),
           spread(layer, kShownLengths[0]), spread(layer, kShownLengths[1]), spread(layer, kShownLengths[2]));
    }
  }

  void predicted(const char* what, double simulated, std::int64_t mean_form, std::int64_t histogram_form) {
    line("{:<17} {:>10.1f} simulated, {:>9} by the mean form ({} %), {:>9} by the histogram form ({} %)", what,
         simulated, mean_form, error(static_cast<double>(mean_form), simulated), histogram_form,
         error(static_cast<double>(histogram_form), simulated));
  }

  void network() {
    const NetworkPrediction& mean = validation_.mean_form;
    const NetworkPrediction& histogram = validation_.histogram_form;
    const Outcome& simulated = validation_.simulated;
    line("");
    line("images            {}", validation_.images.count);
    predicted("interval", validation_.interval, mean.interval, histogram.interval);
    predicted("first latency", static_cast<double>(simulated.images.front().latency().count()), mean.first_latency,
              histogram.first_latency);
    predicted("all images", static_cast<double>(simulated.total.count()), mean.batch, histogram.batch);
  }

  void ladder() {
    const double full = validation_.ladder.back().cycles;
    line("");
    line("from formula to full model, in cycles an image; every line restricts one thing more");
    line("{:<15}  {:>10}  {:>10} {:>7}   {}", "", "cycles", "step", "%", "slowest");
    double before = validation_.ladder.front().cycles;
    for (std::size_t rung = 0; rung < kRungs.size(); ++rung) {
      const Rung& at = validation_.ladder[rung];
      const double step = at.cycles - before;
      line("{:<15}  {:>10.1f}  {:>10} {:>7}   {}", kRungs[rung], at.cycles,
           rung == 0 ? "" : fmt::format("{:+.1f}", step), rung == 0 ? "" : fmt::format("{:+.1f}", 100.0 * step / full),
           at.slowest ? plan_.module(*at.slowest).name : "");
      before = at.cycles;
    }
    const double whole = full - validation_.ladder.front().cycles;
    line("{:<15}  {:>10}  {:>10} {:>7}", "together", "", fmt::format("{:+.1f}", whole),
         fmt::format("{:+.1f}", 100.0 * whole / full));
  }

  const Plan& plan_;
  const Validation& validation_;
  std::string text_;
};

}  // namespace

std::string validation_table(const Plan& plan, const Validation& validation) {
  return ValidationTable(plan, validation).print();
}

}  // namespace millrace::sim
