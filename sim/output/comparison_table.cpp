#include "sim/output/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace millrace::sim {
namespace {

class ComparisonTable {
 public:
  ComparisonTable(const DesignColumns& columns, const std::vector<ComparedDesign>& designs)
      : columns_(columns), designs_(designs) {}

  std::string print() {
    const auto fine =
        std::count_if(designs_.begin(), designs_.end(), [](const auto& design) { return design.is_fine(); });
    line("designs           {}, {} of them not legal or stuck", designs_.size(), std::ssize(designs_) - fine);
    const std::optional<FormSummary> mean = summary(designs_, Form::kMean);
    const std::optional<FormSummary> histogram = summary(designs_, Form::kHistogram);
    if (!mean || !histogram) {
      return std::move(text_);
    }
    line("");
    line("error of the predicted interval, in % of the simulated one");
    line("{:<16} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}  {:>6}", "", "least", "10 %", "median", "90 %", "most", "mean |e|",
         "tau");
    errors("mean form", *mean);
    errors("histogram form", *histogram);
    line("");
    const std::size_t best = best_design(designs_);
    line("best                  {}", describe(best));
    choice("mean form", mean->choice);
    choice("histogram form", histogram->choice);
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void errors(const char* form, const FormSummary& summary) {
    const auto at = [&](double fraction) { return 100.0 * summary.quantile(fraction); };
    line("{:<16} {:>+8.1f} {:>+8.1f} {:>+8.1f} {:>+8.1f} {:>+8.1f} {:>8.1f}  {:>6}", form, at(0.0), at(0.1), at(0.5),
         at(0.9), at(1.0), 100.0 * summary.mean_error_size(), summary.tau ? fmt::format("{:.3f}", *summary.tau) : "-");
  }

  std::string describe(std::size_t design) const {
    constexpr std::size_t kShownColumns = 6;
    std::string text = fmt::format("design {}: {:.1f} cycles, {} DSPs", design + 1, designs_[design].simulated,
                                   designs_[design].resources.dsps);
    for (std::size_t column = 0; column < columns_.names.size() && columns_.names.size() <= kShownColumns; ++column) {
      text += fmt::format(", {} {}", columns_.names[column], columns_.values[design][column]);
    }
    return text;
  }

  void choice(const char* form, const Choice& choice) {
    line("by the {:<15}{}", form, describe(choice.design));
    line("                      {:.1f} % less throughput than the best", 100.0 * choice.lost);
    if (choice.equals > 1) {
      line("                      {} designs promise as much, the worst of them has {:.1f} % less", choice.equals,
           100.0 * choice.most_lost);
    }
  }

  const DesignColumns& columns_;
  const std::vector<ComparedDesign>& designs_;
  std::string text_;
};

}  // namespace

std::string comparison_table(const DesignColumns& columns, const std::vector<ComparedDesign>& designs) {
  return ComparisonTable(columns, designs).print();
}

}  // namespace millrace::sim
