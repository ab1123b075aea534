#include "sim/pipeline/simulation.hpp"

#include <chrono>
#include <utility>

namespace millrace::sim {
namespace {

using std::chrono::duration;

}  // namespace

Simulation::Simulation(const Plan& plan, const traces::Trace& trace, Images images, Pace pace, const WorkOptions& work,
                       ImageLog& log)
    : plan_(plan),
      trace_(trace),
      images_(images),
      work_(plan, trace, images, work),
      log_(log),
      pipeline_(plan,
                {images,
                 [this](const DotEngine& engine) -> WorkSource& {
                   return *stoppable_.emplace_back(
                       std::make_unique<StoppableWork>(work_.of(engine), [this] { return shall_stop_(); }));
                 },
                 &log_},
                pace) {}

std::variant<Outcome, Deadlock, PartialRun> Simulation::run(ShallStop shall_stop) {
  shall_stop_ = std::move(shall_stop);
  const auto start = std::chrono::steady_clock::now();
  try {
    if (!pipeline_.run()) {
      return diagnose(pipeline_.processes());
    }
  } catch (const Stopped&) {
    const std::span<const ImageResult> through = log_.images_through();
    PartialRun partial{images_.count, {through.begin(), through.end()}};
    name_images(partial.images, trace_.images());
    return partial;
  }
  const double elapsed = duration<double>(std::chrono::steady_clock::now() - start).count();
  Outcome outcome = make_outcome(plan_, pipeline_.modules(), pipeline_.streams(), log_, pipeline_.end());
  outcome.add_work(plan_, [this](const DotEngine& engine) { return work_.totals(engine); });
  name_images(outcome.images, trace_.images());
  outcome.speed.event_seconds = elapsed - duration<double>(work_.time_in_engines()).count();
  return outcome;
}

}  // namespace millrace::sim
