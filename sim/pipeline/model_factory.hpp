// Makes the model of a planned module. The one place where plan and modules meet, whatever the host.
#pragma once

#include <functional>
#include <memory>

#include "modules/memory/dma.hpp"
#include "modules/process/module.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// Where the work of an engine comes from; the source must outlive the pipeline.
using FindWork = std::function<WorkSource&(const DotEngine&)>;

/// What a pipeline runs on, beside its plan.
struct Surroundings {
  Images images;
  FindWork work;
  ImageObserver* observer = nullptr;
};

/// A module between streams. Needs that it is no DMA engine.
std::unique_ptr<Module> make_model(const PlannedModule& module, const Surroundings& surroundings, Ends<Timing> ends);
/// A DMA engine on a memory port.
std::unique_ptr<Module> make_dma(const PlannedModule& module, const Surroundings& surroundings, MemoryPort& memory,
                                 Ends<Timing> ends);
bool is_dma(const PlannedModule& module);

}  // namespace millrace::sim
