#include "sim/resolve/recorded_work.hpp"

#include <algorithm>

#include "sim/resolve/do_all.hpp"
#include "sim/work/cost_table.hpp"

namespace millrace::sim {

RecordedWork::RecordedWork(const Plan& plan, const traces::Trace& trace, Images images, const WorkOptions& options)
    : images_(images), image_infos_(trace.images()) {
  require_masks(trace);
  std::vector<const DotEngine*> planned;
  for (const PlannedModule& module : plan.modules) {
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      planned.push_back(engine);
      engines_.emplace(engine->layer.index, Engine{NarrowWork(longest_window(*engine)), {}});
    }
  }
  do_all(planned.size(), options.threads, [&](std::size_t index) {
    const DotEngine& engine = *planned[index];
    Engine& kept = engines_.at(engine.layer.index);
    kept.work.reserve(static_cast<std::size_t>(images.count * engine.windows_per_image() * engine.array.units));
    const auto counted = MaskWork::make(engine, trace, images, options.simd);
    for (NarrowWork band = counted->make_band(); !counted->finished();) {
      counted->next_band(band);
      kept.work.append(band.band());
    }
    kept.totals = counted->totals();
  });
}

std::unique_ptr<WorkSource> RecordedWork::read(const DotEngine& engine) const {
  return engines_.at(engine.layer.index).work.read(static_cast<std::size_t>(engine.array.units));
}

std::size_t RecordedWork::bytes() const {
  std::size_t bytes = 0;
  for (const auto& [layer, engine] : engines_) {
    bytes += engine.work.bytes();
  }
  return bytes;
}

}  // namespace millrace::sim
