#include "sim/pipeline/simulation.hpp"

#include <chrono>

namespace millrace::sim {
namespace {

using std::chrono::duration;

}  // namespace

Simulation::Simulation(const Plan& plan, const traces::Trace& trace, Images images, Pace pace, const WorkOptions& work,
                       ImageLog& log)
    : plan_(plan),
      trace_(trace),
      work_(plan, trace, images, work),
      log_(log),
      pipeline_(plan, {images, [this](const DotEngine& engine) -> WorkSource& { return work_.of(engine); }, &log_},
                pace) {}

std::variant<Outcome, Deadlock> Simulation::run() {
  const auto start = std::chrono::steady_clock::now();
  if (!pipeline_.run()) {
    return diagnose(plan_, pipeline_.processes());
  }
  const double elapsed = duration<double>(std::chrono::steady_clock::now() - start).count();
  Outcome outcome = make_outcome(plan_, pipeline_.modules(), pipeline_.streams(), log_, pipeline_.end());
  for (std::size_t index = 0; index < plan_.modules.size(); ++index) {
    if (const auto* engine = std::get_if<DotEngine>(&plan_.modules[index].parameters)) {
      outcome.modules[index].work = work_.totals(*engine);
      outcome.speed.work_seconds += duration<double>(outcome.modules[index].work->time).count();
    }
  }
  for (std::size_t image = 0; image < outcome.images.size(); ++image) {
    outcome.images[image].name = trace_.images()[image].name;
  }
  outcome.speed.event_seconds = elapsed - duration<double>(work_.time_in_engines()).count();
  return outcome;
}

}  // namespace millrace::sim
