#include "sim/structure/token_run.hpp"

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

}  // namespace millrace::sim
