#include "sim/output/partial_run.hpp"

#include <fmt/format.h>

#include <iterator>

#include "sim/output/run_json.hpp"
#include "sim/version.hpp"

namespace millrace::sim {

Json partial_run_json(const Plan& plan, const traces::Trace& trace, const PartialRun& run) {
  return {{"schema", "millrace-run-partial-1"},
          {"version", kVersion},
          {"network", plan.network},
          {"trace", {{"hash", trace.hash()}, {"weight_hash", trace.provenance().weight_hash}}},
          {"images_asked", run.images_asked},
          {"interval_cycles", interval_of(run.images)},
          {"clock_mhz", plan.clock_mhz},
          {"images", images_json(run.images)},
          {"configuration", plan_json(plan)}};
}

std::string partial_run_table(const Plan& plan, const PartialRun& run) {
  std::string text =
      fmt::format("interrupted       {} of {} images are through\n", run.images.size(), run.images_asked);
  const auto out = std::back_inserter(text);
  for (const ImageResult& image : run.images) {
    fmt::format_to(out, "                  {}: out at cycle {}, latency {} cycles\n", image.name, image.last_out.edge(),
                   image.latency().count());
  }
  if (run.images.size() > 1) {
    const double interval = interval_of(run.images);
    fmt::format_to(out, "interval          {:.1f} cycles, {:.1f} images/s\n", interval,
                   plan.clock_mhz * 1e6 / interval);
  }
  return text;
}

}  // namespace millrace::sim
