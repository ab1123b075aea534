#include "sim/structure/token_run.hpp"

#include "sim/structure/wait_loop.hpp"

namespace millrace::sim {

Plan TokenRun::one_unit_each(Plan plan) {
  for (PlannedModule& module : plan.modules) {
    if (auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      engine->array.units = 1;
    }
  }
  return plan;
}

Surroundings TokenRun::surroundings(Images images) {
  return {images, [this](const DotEngine&) -> WorkSource& { return work_; }, &observer_};
}

TokenRun::TokenRun(const Plan& plan, Images images)
    : pipeline_(one_unit_each(plan), surroundings(images)), counters_(plan.streams.size()) {
  for (std::size_t index = 0; index < counters_.size(); ++index) {
    pipeline_.stream(StreamId{index}).observe(counters_[index]);
  }
}

std::vector<StreamId> TokenRun::full_streams_of_loop() {
  std::vector<StreamId> full;
  for (const Process* process : find_loop(pipeline_.processes())) {
    const Condition& condition = *process->waiting_for();
    for (std::size_t index = 0; condition.waits_for_room() && index < counters_.size(); ++index) {
      if (&pipeline_.stream(StreamId{index}) == condition.stream()) {
        full.push_back({index});
      }
    }
  }
  return full;
}

}  // namespace millrace::sim
