#include "sim/validation/relaxed_plan.hpp"

#include <algorithm>
#include <utility>

#include "sim/structure/sections.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kImagesOfRoom = 2;

Depth endless(const PlannedStream& stream) {
  return std::max(stream.depth, Depth{kImagesOfRoom * stream.words});
}

bool joins(const ModuleParameters& parameters) {
  return std::holds_alternative<AddParameters>(parameters) || std::holds_alternative<ConcatParameters>(parameters);
}

DmaParameters with_bursts(DmaParameters dma, const MemoryParameters& memory) {
  dma.burst_bytes = memory.burst_bytes;
  dma.outstanding = memory.outstanding;
  return dma;
}

}  // namespace

Plan with_ideal_memory(Plan plan) {
  // Reader and writer share the bus: a burst takes it for one edge, and is many words.
  plan.memory = MemoryParameters{1 << 20, Cycles{0}, 1 << 14, 4};
  for (PlannedModule& module : plan.modules) {
    if (auto* reader = std::get_if<Reader>(&module.parameters)) {
      reader->dma = with_bursts(reader->dma, plan.memory);
    } else if (auto* writer = std::get_if<Writer>(&module.parameters)) {
      writer->dma = with_bursts(writer->dma, plan.memory);
    }
  }
  return plan;
}

std::vector<StreamId> branch_streams(const Plan& plan) {
  std::vector<StreamId> found;
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    const PlannedStream& stream = plan.streams[index];
    if (std::holds_alternative<ForkParameters>(plan.module(stream.from).parameters) ||
        joins(plan.module(stream.to).parameters)) {
      found.push_back({index});
    }
  }
  return found;
}

Plan with_endless_streams(Plan plan, const std::vector<StreamId>& streams) {
  for (const StreamId id : streams) {
    PlannedStream& stream = plan.streams[id.index];
    stream.depth = endless(stream);
  }
  return plan;
}

Plan isolated_engine(const Plan& plan, ModuleId engine) {
  const ModuleId before = plan.stream(plan.module(engine).inputs.front()).from;
  const bool has_window = std::holds_alternative<SlidingWindowParameters>(plan.module(before).parameters);
  return with_ideal_memory(cut_out(plan, has_window ? before : engine, engine).plan);
}

}  // namespace millrace::sim
