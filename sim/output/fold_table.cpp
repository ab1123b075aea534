#include "sim/output/fold_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millrace::sim {
namespace {

const char* reason(Limit limit) {
  switch (limit) {
    case Limit::kDsps:
      return "the next step takes more DSPs than are left";
    case Limit::kBlockRams:
      return "the next step takes more block RAMs than are left";
    case Limit::kNothingFaster:
      return "no legal folding of it is faster";
  }
  return "";
}

class FoldTable {
 public:
  explicit FoldTable(const Fold& fold) : fold_(fold) {}

  std::string print(const FoldRequest& request, const std::optional<Device>& device) {
    engines();
    totals(request);
    block_rams(device);
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void engines() {
    std::size_t width = 5;
    for (const FoldedEngine& engine : fold_.engines) {
      width = std::max(width, engine.layer.size());
    }
    line("{:<{}}  {:>10} {:>5} {:>4} {:>5}  {:>9} {:>5} {:>5} {:>6} {:>9}", "layer", width, "coarse", "group", "macs",
         "units", "lanes", "MACs", "DSPs", "BRAM18", "cycles");
    for (const FoldedEngine& engine : fold_.engines) {
      row(engine, width);
    }
  }

  void row(const FoldedEngine& engine, std::size_t width) {
    std::string coarse = "-";
    std::string group = "-";
    std::string macs = "-";
    std::string units = "-";
    std::string lanes;
    if (const auto* folding = std::get_if<Folding>(&engine.parallelism)) {
      coarse = fmt::format("{}x{}x{}", folding->coarse_in, folding->coarse_out, folding->coarse_group);
      group = std::to_string(folding->group_channels);
      macs = std::to_string(folding->macs);
      units = std::to_string(folding->units());
      lanes = fmt::format("{} > {}", folding->lanes_in(), folding->lanes_out());
    } else {
      lanes = std::to_string(std::get<Lanes>(engine.parallelism).count);
    }
    line("{:<{}}  {:>10} {:>5} {:>4} {:>5}  {:>9} {:>5} {:>5} {:>6} {:>9.0f}", engine.layer, width, coarse, group, macs,
         units, lanes, macs_of(engine.parallelism), engine.cost.dsps, engine.cost.block_rams,
         std::ceil(engine.cost.cycles));
  }

  void totals(const FoldRequest& request) {
    line("");
    line("interval   {:.0f} cycles, {:.1f} images/s at {} MHz (predicted)", std::ceil(fold_.interval),
         request.clock_mhz * 1e6 / fold_.interval, request.clock_mhz);
    line("slowest    {}: {}", fold_.slowest, reason(fold_.limit));
    line("resources  {} MACs, {} DSPs of {}, {:.1f} Mbit of on-chip memory (estimates; LUTs are not modelled)",
         fold_.macs(), fold_.dsps(), request.budget.dsps,
         static_cast<double>(fold_.plan.resources().memory_bits) / 1e6);
    line("Rebundles  {} between different lanes",
         std::count_if(fold_.plan.modules.begin(), fold_.plan.modules.end(), [](const PlannedModule& module) {
           return std::holds_alternative<RebundleParameters>(module.parameters);
         }));
  }

  void block_rams(const std::optional<Device>& device) {
    const std::int64_t all = fold_.engine_block_rams() + fold_.stream_block_rams();
    const std::string what = fmt::format("BRAM18     {} for weights and windows, {} for streams",
                                         fold_.engine_block_rams(), fold_.stream_block_rams());
    if (!device) {
      line("{}", what);
    } else if (!device->bram18) {
      line("{}; how many {} has is not known, so they are not limited", what, device->name);
    } else if (all > *device->bram18) {
      line("{}: more than the {} of {}", what, *device->bram18, device->name);
    } else {
      line("{}, of {} of {}", what, *device->bram18, device->name);
    }
  }

  const Fold& fold_;
  std::string text_;
};

}  // namespace

std::string fold_table(const Fold& fold, const FoldRequest& request, const std::optional<Device>& device) {
  return FoldTable(fold).print(request, device);
}

}  // namespace millrace::sim
