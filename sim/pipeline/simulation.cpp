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
    return diagnose(pipeline_.processes());
  }
  const double elapsed = duration<double>(std::chrono::steady_clock::now() - start).count();
  Outcome outcome = make_outcome(plan_, pipeline_.modules(), pipeline_.streams(), log_, pipeline_.end());
  outcome.add_work(plan_, [this](const DotEngine& engine) { return work_.totals(engine); });
  outcome.name_images(trace_.images());
  outcome.speed.event_seconds = elapsed - duration<double>(work_.time_in_engines()).count();
  return outcome;
}

}  // namespace millrace::sim
