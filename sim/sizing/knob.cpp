#include "sim/sizing/knob.hpp"

#include <algorithm>
#include <optional>

namespace millrace::sim {
namespace {

constexpr std::int64_t kMapsAtMost = 2;
constexpr std::int64_t kPixelBuffersAtMost = 8;
constexpr std::int64_t kAccumulatorBits = 32;

/// Between a SlidingWindow and the units that it feeds. The input of a layer without a window is a stream like others.
bool is_window_queue(const Plan& plan, const PlannedStream& stream) {
  return std::holds_alternative<SlidingWindowParameters>(plan.module(stream.from).parameters) &&
         std::holds_alternative<DotEngine>(plan.module(stream.to).parameters);
}

void pin(Knob& knob, std::int64_t depth) {
  knob.is_pinned = true;
  knob.least = depth;
  knob.most = depth;
}

Knob stream_knob(const PlannedStream& stream, StreamId id) {
  Knob knob;
  knob.name = stream.name;
  knob.what = id;
  knob.width = stream.word_bits;
  knob.before = stream.depth.words;
  knob.least = stream.minimum_depth.value_or(1);
  knob.most = std::max({kMapsAtMost * stream.words, stream.depth.words, knob.least});
  return knob;
}

Knob buffer_knob(const PlannedModule& module, const DotEngine& engine, ModuleId id) {
  Knob knob;
  knob.name = module.name + ".banks";
  knob.what = PixelBuffers{id};
  knob.width = kAccumulatorBits * engine.folding.coarse_out * engine.folding.coarse_group;
  knob.words = engine.array.words_per_accumulation;
  knob.before = engine.array.pixel_buffers;
  knob.most = std::max(kPixelBuffersAtMost, knob.before);
  return knob;
}

}  // namespace

std::int64_t Knob::step_down(std::int64_t depth, Objective objective) const {
  const std::int64_t shallower = next_shallower(depth * words, width, objective) / words;
  return std::clamp(shallower, least, depth);
}

std::int64_t Knob::filled(std::int64_t depth, Objective objective) const {
  return std::clamp(deepest_of_same_price(depth * words, width, objective) / words, least, most);
}

std::vector<Knob> knobs_of(const Plan& plan, Scope scope, const std::map<std::string, std::int64_t>& pins) {
  std::vector<Knob> knobs;
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    const PlannedStream& stream = plan.streams[index];
    Knob& knob = knobs.emplace_back(stream_knob(stream, StreamId{index}));
    const auto pinned = pins.find(stream.name);
    if (pinned != pins.end()) {
      pin(knob, pinned->second);
    } else if (scope == Scope::kStreams && is_window_queue(plan, stream)) {
      pin(knob, knob.before);
    }
  }
  for (std::size_t index = 0; index < plan.modules.size() && scope == Scope::kStreamsAndQueues; ++index) {
    if (const auto* engine = std::get_if<DotEngine>(&plan.modules[index].parameters)) {
      knobs.push_back(buffer_knob(plan.modules[index], *engine, ModuleId{index}));
    }
  }
  return knobs;
}

Depths depths_before(const std::vector<Knob>& knobs) {
  Depths depths;
  for (const Knob& knob : knobs) {
    depths.push_back(knob.before);
  }
  return depths;
}

Plan with_depths(Plan plan, const std::vector<Knob>& knobs, const Depths& depths) {
  for (std::size_t index = 0; index < knobs.size(); ++index) {
    if (const auto* stream = std::get_if<StreamId>(&knobs[index].what)) {
      plan.streams[stream->index].depth = Depth{depths[index]};
    } else {
      const ModuleId module = std::get<PixelBuffers>(knobs[index].what).module;
      std::get<DotEngine>(plan.modules[module.index].parameters).array.pixel_buffers = depths[index];
    }
  }
  return plan;
}

FifoMemory memory_of(const std::vector<Knob>& knobs, const Depths& depths) {
  FifoMemory memory;
  for (std::size_t index = 0; index < knobs.size(); ++index) {
    if (!knobs[index].is_pinned) {
      memory += knobs[index].memory(depths[index]);
    }
  }
  return memory;
}

}  // namespace millrace::sim
