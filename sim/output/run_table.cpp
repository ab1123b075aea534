#include "sim/output/run_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace millrace::sim {
namespace {

double mean(const std::vector<double>& values) {
  return values.empty() ? 0.0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double ratio(double part, double whole) {
  return whole == 0.0 ? 0.0 : part / whole;
}

/// "3/4": most words held at once, of the words that it can hold.
std::string fill(const Plan& plan, const Outcome& outcome, StreamId id) {
  const PlannedStream& stream = plan.stream(id);
  return fmt::format("{}/{}", outcome.streams[id.index].high_water, stream.depth.words + stream.latency.count() - 1);
}

/// The stream that brings a layer's words: before its window and Rebundle, if it has them. Of a join, the deepest.
StreamId layer_input(const Plan& plan, ModuleId id) {
  StreamId input = plan.module(id).inputs.front();
  for (const StreamId candidate : plan.module(id).inputs) {
    if (plan.stream(candidate).depth > plan.stream(input).depth) {
      input = candidate;
    }
  }
  if (plan.module(id).inputs.size() > 1) {
    return input;
  }
  while (plan.module(plan.stream(input).from).name.starts_with(plan.module(id).name + ".")) {
    input = plan.module(plan.stream(input).from).inputs.front();
  }
  return input;
}

class RunTable {
 public:
  RunTable(const Plan& plan, const Outcome& outcome) : plan_(plan), outcome_(outcome) {}

  std::string print(bool with_speed) {
    engines();
    pipeline();
    bottleneck();
    if (with_speed) {
      speed();
    }
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void engines() {
    std::size_t width = 6;
    for (const PlannedModule& module : plan_.modules) {
      width = std::max(width, is_engine(module) ? module.name.size() : 0);
    }
    line("{:<{}}  {:>9}  {:>5} {:>8} {:>8} {:>5}  {:>5}  {:>7}  {:>9}  {:>5}", "engine", width, "busy/img", "busy%",
         "starved%", "blocked%", "idle%", "MAC%", "cyc/grp", "input", "queue");
    for (std::size_t index = 0; index < plan_.modules.size(); ++index) {
      if (is_engine(plan_.modules[index])) {
        engine(ModuleId{index}, width);
      }
    }
  }

  static bool is_engine(const PlannedModule& module) {
    return module.layer && !std::holds_alternative<SlidingWindowParameters>(module.parameters);
  }

  void engine(ModuleId id, std::size_t width) {
    const PlannedModule& module = plan_.module(id);
    const ModuleResult& result = outcome_.modules[id.index];
    const double total = static_cast<double>(outcome_.total.count());
    const auto percent = [&](double cycles) { return 100.0 * ratio(cycles, total); };
    const double busy = mean(result.busy_per_image);
    std::string macs = "-";
    std::string group = "-";
    std::string queue = "-";
    const StreamId input = layer_input(plan_, id);
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      const double offered = total * static_cast<double>(engine->folding.macs * engine->array.units);
      macs = fmt::format("{:.1f}", 100.0 * ratio(static_cast<double>(result.work->macs_done), offered));
      group = fmt::format("{:.3f}", ratio(busy, static_cast<double>(engine->groups_per_unit())));
      if (input != module.inputs.front()) {
        queue = fill(plan_, outcome_, module.inputs.front());
      }
    }
    line("{:<{}}  {:>9.0f}  {:>5.1f} {:>8.1f} {:>8.1f} {:>5.1f}  {:>5}  {:>7}  {:>9}  {:>5}", module.name, width, busy,
         percent(result.total.busy), percent(result.total.starved), percent(result.total.blocked),
         percent(result.total.idle), macs, group, fill(plan_, outcome_, input), queue);
  }

  void pipeline() {
    const double interval = outcome_.interval();
    std::vector<double> latencies;
    for (const ImageResult& image : outcome_.images) {
      latencies.push_back(static_cast<double>(image.latency().count()));
    }
    const auto [least, most] = std::minmax_element(latencies.begin(), latencies.end());
    line("");
    line("images            {} in {} cycles at {} MHz", outcome_.images.size(), outcome_.total.count(),
         plan_.clock_mhz);
    line("interval          {:.1f} cycles, {:.1f} images/s{}", interval, ratio(plan_.clock_mhz * 1e6, interval),
         outcome_.images.size() < 2 ? " (of a single image: latency from edge 0, not a rate)" : "");
    line("latency           first {:.0f}, min {:.0f}, mean {:.1f}, max {:.0f} cycles", latencies.front(), *least,
         mean(latencies), *most);
    line("MACs              {} done, {} skipped of {} ({:.1f} %)", outcome_.macs_done(),
         outcome_.dense_macs() - outcome_.macs_done(), outcome_.dense_macs(),
         100.0 * ratio(static_cast<double>(outcome_.dense_macs() - outcome_.macs_done()),
                       static_cast<double>(outcome_.dense_macs())));
    const Resources resources = plan_.resources();
    line("resources         {} DSPs, {:.1f} Mbit of on-chip memory (estimates; LUTs are not modelled)", resources.dsps,
         static_cast<double>(resources.memory_bits) / 1e6);
  }

  void bottleneck() {
    const Bottleneck& slowest = outcome_.bottleneck;
    const ModuleAccounts& accounts = outcome_.modules[slowest.module.index].accounts;
    const AccountRow& row = accounts.rows[slowest.row];
    line("bottleneck        {}: busy {:.0f} cycles an image, {:.1f} % of the interval", row.name,
         slowest.busy_per_image, 100.0 * ratio(slowest.busy_per_image, outcome_.interval()));
    const Accounts& span = counted(row);
    for (std::size_t port = 0; port < span.starved.size(); ++port) {
      held_up("starved by", row.inputs[port], span.starved[port]);
    }
    blocked_by("blocked by", row);
    // Units that wait for a bank wait for the drain, and that for whoever reads its stream.
    if (slowest.row < accounts.workers && accounts.rows.size() > accounts.workers) {
      blocked_by("its drain is blocked by", accounts.rows.back());
    }
  }

  const Accounts& counted(const AccountRow& row) const { return outcome_.images.size() > 1 ? row.steady : row.total; }

  void blocked_by(const char* how, const AccountRow& row) {
    const Accounts& span = counted(row);
    for (std::size_t port = 0; port < span.blocked.size(); ++port) {
      held_up(how, row.outputs[port], span.blocked[port]);
    }
  }

  void held_up(const char* how, const std::string& stream, Cycles cycles) {
    const double images = static_cast<double>(std::max<std::size_t>(outcome_.images.size(), 2) - 1);
    if (cycles > Cycles{0}) {
      line("                  {} '{}' for {:.0f} cycles an image", how, stream,
           static_cast<double>(cycles.count()) / images);
    }
  }

  void speed() {
    const Speed& speed = outcome_.speed;
    line(
        "simulated in      {:.3f} s (work {:.3f}, events {:.3f}): {:.1f} M cycles/s, {:.1f} M words/s, "
        "{:.2f} G dense MACs/s",
        speed.wall_seconds, speed.work_seconds, speed.event_seconds,
        ratio(static_cast<double>(outcome_.total.count()) / 1e6, speed.wall_seconds),
        ratio(static_cast<double>(outcome_.words()) / 1e6, speed.wall_seconds),
        ratio(static_cast<double>(outcome_.dense_macs()) / 1e9, speed.wall_seconds));
  }

  const Plan& plan_;
  const Outcome& outcome_;
  std::string text_;
};

}  // namespace

std::string run_table(const Plan& plan, const Outcome& outcome, bool with_speed) {
  return RunTable(plan, outcome).print(with_speed);
}

}  // namespace millrace::sim
