#include "sim/pipeline/worklist_pipeline.hpp"

#include <algorithm>

namespace millrace::sim {

WorklistPipeline::WorklistPipeline(const Plan& plan, const Surroundings& surroundings) : memory_(plan.memory) {
  for (const PlannedStream& stream : plan.streams) {
    streams_.push_back(std::make_unique<Stream<Timing>>(stream.name, stream.depth, stream.latency));
  }
  for (const PlannedModule& module : plan.modules) {
    Ends<Timing> ends;
    for (const StreamId id : module.inputs) {
      ends.in.push_back(streams_[id.index].get());
    }
    for (const StreamId id : module.outputs) {
      ends.out.push_back(streams_[id.index].get());
    }
    modules_.push_back(is_dma(module) ? make_dma(module, surroundings, memory_, std::move(ends))
                                      : make_model(module, surroundings, std::move(ends)));
  }
}

std::vector<const Module*> WorklistPipeline::modules() const {
  std::vector<const Module*> modules;
  for (const auto& module : modules_) {
    modules.push_back(module.get());
  }
  return modules;
}

std::vector<const StreamTiming*> WorklistPipeline::streams() const {
  std::vector<const StreamTiming*> streams;
  for (const auto& stream : streams_) {
    streams.push_back(stream.get());
  }
  return streams;
}

std::vector<Process*> WorklistPipeline::processes() const {
  std::vector<Process*> processes;
  for (const auto& module : modules_) {
    for (const auto& process : module->processes()) {
      processes.push_back(process.get());
    }
  }
  return processes;
}

bool WorklistPipeline::run(Pace pace) {
  return worklist_.run(processes(), pace);
}

void WorklistPipeline::run_holding_back(const std::vector<ModuleId>& modules) {
  std::vector<Process*> free;
  std::vector<Process*> held_back;
  for (std::size_t index = 0; index < modules_.size(); ++index) {
    const bool is_held_back = std::find(modules.begin(), modules.end(), ModuleId{index}) != modules.end();
    for (const auto& process : modules_[index]->processes()) {
      (is_held_back ? held_back : free).push_back(process.get());
    }
  }
  HoldingWorklist().run(free, held_back);
}

Cycle WorklistPipeline::end() const {
  Cycle last;
  for (const Process* process : processes()) {
    last = std::max(last, process->now());
  }
  return last;
}

}  // namespace millrace::sim
