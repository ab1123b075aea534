#include "sim/sizing/held_out.hpp"

#include <variant>

#include "sim/resolve/rerun.hpp"

namespace millrace::sim {
namespace {

double interval_behind(const Plan& plan, const RecordedWork& work, std::int64_t sized_on) {
  // Depths that ran some images run all: what can deadlock does not depend on data.
  const auto outcome = std::get<Outcome>(Rerun(plan, work).run());
  const ImageResult& last_sized = outcome.images[static_cast<std::size_t>(sized_on) - 1];
  return static_cast<double>((outcome.images.back().last_out - last_sized.last_out).count()) /
         static_cast<double>(work.images().count - sized_on);
}

}  // namespace

HeldOut run_held_out(const Plan& plan, const std::vector<Knob>& knobs, const Depths& depths, const traces::Trace& trace,
                     std::int64_t sized_on, const WorkOptions& options) {
  const Images all{std::ssize(trace.images())};
  const RecordedWork work(plan, trace, all, options);
  Depths most;
  for (const Knob& knob : knobs) {
    most.push_back(knob.most);
  }
  return {all.count - sized_on, interval_behind(with_depths(plan, knobs, depths), work, sized_on),
          interval_behind(with_depths(plan, knobs, most), work, sized_on)};
}

}  // namespace millrace::sim
