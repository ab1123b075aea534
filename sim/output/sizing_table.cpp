#include "sim/output/sizing_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millrace::sim {
namespace {

const char* standing_text(Standing standing) {
  switch (standing) {
    case Standing::kOptimal:
      return "no other depths within the bound take less";
    case Standing::kMinimal:
      return "one step less in any FIFO breaks the bound";
    case Standing::kInterrupted:
      return "INTERRUPTED: the best so far, more may be saved";
    case Standing::kTooSlow:
      return "TOO SLOW: the fastest found within the memory";
  }
  return "";
}

class SizingTable {
 public:
  SizingTable(const Plan& plan, const Sizing& sizing, Objective objective)
      : plan_(plan), sizing_(sizing), objective_(objective) {}

  std::string print() {
    fifos();
    comparison();
    summary();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void fifos() {
    std::size_t width = 4;
    for (const Knob& knob : sizing_.knobs) {
      width = std::max(width, knob.is_pinned ? 0 : knob.name.size());
    }
    line("{:<{}}  {:>5}  {:>6}  {:>6}  {:>9}  {:>9}  {:>5}  {:>10}  {:>9}", "FIFO", width, "width", "before", "depth",
         "bits", "peak", "image", "cycle", "halved");
    for (std::size_t index = 0; index < sizing_.knobs.size(); ++index) {
      if (!sizing_.knobs[index].is_pinned) {
        fifo(index, width);
      }
    }
    line("");
  }

  void fifo(std::size_t index, std::size_t width) {
    const Knob& knob = sizing_.knobs[index];
    std::string peak = "-";
    std::string image = "-";
    std::string cycle = "-";
    std::string halved = "-";
    if (index < sizing_.sized.size()) {
      const SizedKnob& sized = sizing_.sized[index];
      if (sized.peak) {
        const PlannedStream& stream = plan_.stream(std::get<StreamId>(knob.what));
        peak = fmt::format("{}/{}", sized.peak->high_water, sizing_.depths[index] + stream.latency.count() - 1);
        image = fmt::format("{}", sized.peak->word / stream.words);
        cycle = fmt::format("{}", sized.peak->edge.edge());
      }
      if (sized.halved) {
        halved = sized.halved_result ? fmt::format("{:+.2f} %", 100.0 * price_of(*sized.halved_result)) : "deadlock";
      }
    }
    const std::int64_t depth = sizing_.depths[index];
    line("{:<{}}  {:>5}  {:>6}  {:>6}  {:>9}  {:>9}  {:>5}  {:>10}  {:>9}", knob.name, width, knob.width, knob.before,
         depth, knob.memory(depth).bits, peak, image, cycle, halved);
  }

  /// Slowdown that is added, as a fraction of the unbounded interval.
  double price_of(const Solved& solved) const {
    return static_cast<double>(solved.span() - sizing_.solved.span()) / static_cast<double>(sizing_.unbounded.span);
  }

  void comparison() {
    line("{:<32}  {:>10}  {:>6}  {:>9}  {:>11}  {:>9}", "all together", "bits", "BRAM18", "words", "interval",
         "slowdown");
    for (const Compared& other : sizing_.compared) {
      row(other.name, memory_of(sizing_.knobs, other.depths), other.result);
    }
    row("sized", sizing_.memory(), sizing_.solved);
    line("");
  }

  void row(const std::string& name, const FifoMemory& memory, const Result& result) {
    line("{:<32}  {:>10}  {:>6}  {:>9}  {:>11}  {:>9}", name, memory.bits, memory.block_rams, memory.words,
         result ? fmt::format("{:.1f}", sizing_.interval(result->span())) : "deadlock",
         result ? fmt::format("{:.2f} %", 100.0 * sizing_.slowdown(result->span())) : "-");
  }

  void summary() {
    line("unbounded   interval {:.1f} cycles; allowed {:.1f}", sizing_.interval(sizing_.unbounded.span),
         sizing_.interval(sizing_.most_span));
    line("sized       {}: {}", amount_text(sizing_.memory(), objective_), standing_text(sizing_.standing));
    for (const Compared& other : sizing_.compared) {
      const FifoMemory memory = memory_of(sizing_.knobs, other.depths);
      line("            {:.1f} % {} memory than {}, {}", 100.0 * std::abs(saved(memory)),
           saved(memory) < 0.0 ? "more" : "less", other.name,
           other.result ? time_against(*other.result) : "which deadlocks");
    }
    line("solved      {} depth vectors", sizing_.runs);
  }

  double saved(const FifoMemory& other) const {
    const auto amount = static_cast<double>(other.amount(objective_));
    return amount == 0.0 ? 0.0 : 1.0 - static_cast<double>(sizing_.memory().amount(objective_)) / amount;
  }

  std::string time_against(const Solved& other) const {
    const double faster = static_cast<double>(other.span()) / static_cast<double>(sizing_.solved.span()) - 1.0;
    return fmt::format("interval {:.2f} % {}", 100.0 * std::abs(faster), faster >= 0.0 ? "shorter" : "longer");
  }

  const Plan& plan_;
  const Sizing& sizing_;
  Objective objective_;
  std::string text_;
};

}  // namespace

std::string amount_text(const FifoMemory& memory, Objective objective) {
  switch (objective) {
    case Objective::kBits:
      return fmt::format("{} bits", memory.bits);
    case Objective::kBlockRams:
      return fmt::format("{} BRAM18, {} bits in LUTs", memory.block_rams, memory.lut_bits);
    case Objective::kWords:
      return fmt::format("{} words", memory.words);
  }
  return "";
}

std::string sizing_table(const Plan& plan, const Sizing& sizing, Objective objective) {
  return SizingTable(plan, sizing, objective).print();
}

}  // namespace millrace::sim
