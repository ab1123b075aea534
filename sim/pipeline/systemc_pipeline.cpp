#include "sim/pipeline/systemc_pipeline.hpp"

namespace millrace::sim {
namespace {

KernelClock clock_of(const Plan& plan) {
  return KernelClock(sc_core::sc_time(1000.0 / plan.clock_mhz, sc_core::SC_NS));
}

}  // namespace

SystemcPipeline::SystemcPipeline(const Plan& plan, const Surroundings& surroundings, Pace pace)
    : kernel_(clock_of(plan), pace), memory_("memory", plan.memory, clock_of(plan)) {
  for (const PlannedStream& stream : plan.streams) {
    channels_.push_back(std::make_unique<StreamChannel<Timing>>(stream.name, stream.depth, stream.latency));
  }
  for (const PlannedModule& module : plan.modules) {
    if (is_dma(module)) {
      add_dma(module, surroundings);
    } else {
      add_module(module, surroundings);
    }
    bind(module, *modules_.back());
  }
}

void SystemcPipeline::add_dma(const PlannedModule& module, const Surroundings& surroundings) {
  dmas_.push_back(std::make_unique<SystemcDma<Timing>>(sc_core::sc_gen_unique_name("dma"), kernel_,
                                                       PortCounts{module.inputs.size(), module.outputs.size()},
                                                       [module, surroundings](MemoryPort& memory, Ends<Timing> ends) {
                                                         return make_dma(module, surroundings, memory, std::move(ends));
                                                       }));
  dmas_.back()->socket().bind(memory_.socket);
  modules_.push_back(&dmas_.back()->engine);
}

void SystemcPipeline::add_module(const PlannedModule& module, const Surroundings& surroundings) {
  routed_.push_back(std::make_unique<SystemcModule<Timing>>(
      sc_core::sc_gen_unique_name("module"), kernel_, PortCounts{module.inputs.size(), module.outputs.size()},
      [module, surroundings](Ends<Timing> ends) { return make_model(module, surroundings, std::move(ends)); }));
  modules_.push_back(routed_.back().get());
}

void SystemcPipeline::bind(const PlannedModule& planned, SystemcModule<Timing>& module) {
  for (std::size_t port = 0; port < planned.inputs.size(); ++port) {
    module.in[port].bind(*channels_[planned.inputs[port].index]);
  }
  for (std::size_t port = 0; port < planned.outputs.size(); ++port) {
    module.out[port].bind(*channels_[planned.outputs[port].index]);
  }
}

std::vector<const Module*> SystemcPipeline::modules() const {
  std::vector<const Module*> models;
  for (const SystemcModule<Timing>* module : modules_) {
    models.push_back(&module->model());
  }
  return models;
}

std::vector<const StreamTiming*> SystemcPipeline::streams() const {
  std::vector<const StreamTiming*> streams;
  for (const auto& channel : channels_) {
    streams.push_back(&channel->stream());
  }
  return streams;
}

}  // namespace millrace::sim
