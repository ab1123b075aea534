#include "sim/structure/sections.hpp"

namespace millrace::sim {
namespace {

/// Ends of sections, one behind the last module of each: where a single stream crosses, and at the plan's end.
std::vector<std::size_t> section_ends(const Plan& plan) {
  std::vector<std::int64_t> opened(plan.modules.size() + 1);
  for (const PlannedStream& stream : plan.streams) {
    ++opened[stream.from.index + 1];
    --opened[stream.to.index + 1];
  }
  std::vector<std::size_t> ends;
  std::int64_t crossing = 0;
  for (std::size_t module = 1; module < plan.modules.size(); ++module) {
    crossing += opened[module];
    if (crossing == 1) {
      ends.push_back(module);
    }
  }
  ends.push_back(plan.modules.size());
  return ends;
}

/// Puts the modules [begin, end) of a plan into a plan of their own.
class Cutter {
 public:
  Cutter(const Plan& whole, std::size_t begin, std::size_t end) : whole_(whole), begin_(begin), end_(end) {
    section_.plan.network = whole.network;
    section_.plan.data_bits = whole.data_bits;
    section_.plan.memory = whole.memory;
  }

  Section cut() {
    // In the order of the plan: the source before, the modules, the sink behind.
    for (std::size_t index = 0; index < whole_.streams.size(); ++index) {
      if (holds(whole_.streams[index].to) && !holds(whole_.streams[index].from)) {
        add_module({"source", Reader{dma(whole_.streams[index])}, {}, {}, {}, {}});
      }
    }
    first_ = section_.plan.modules.size();
    for (std::size_t module = begin_; module < end_; ++module) {
      PlannedModule copy = whole_.modules[module];
      copy.inputs.clear();
      copy.outputs.clear();
      add_module(std::move(copy));
    }
    add_streams();
    return std::move(section_);
  }

 private:
  bool holds(ModuleId id) const { return id.index >= begin_ && id.index < end_; }

  DmaParameters dma(const PlannedStream& stream) const {
    return {stream.words, 1, 1, whole_.memory.burst_bytes, whole_.memory.outstanding, 0};
  }

  ModuleId add_module(PlannedModule module) {
    section_.plan.modules.push_back(std::move(module));
    return {section_.plan.modules.size() - 1};
  }

  /// Streams of a module stay in the order of its ports.
  void add_streams() {
    std::vector<std::size_t> place(whole_.streams.size());
    for (std::size_t index = 0; index < whole_.streams.size(); ++index) {
      const PlannedStream& stream = whole_.streams[index];
      if (!holds(stream.from) && !holds(stream.to)) {
        continue;
      }
      PlannedStream copy = stream;
      copy.from = holds(stream.from) ? moved(stream.from) : ModuleId{0};
      copy.to = holds(stream.to) ? moved(stream.to) : add_module({"sink", Writer{dma(stream)}, {}, {}, {}, {}});
      place[index] = section_.plan.streams.size();
      section_.streams.push_back({index});
      section_.plan.streams.push_back(std::move(copy));
    }
    for (std::size_t module = begin_; module < end_; ++module) {
      PlannedModule& copy = section_.plan.modules[moved({module}).index];
      for (const StreamId id : whole_.modules[module].inputs) {
        copy.inputs.push_back({place[id.index]});
      }
      for (const StreamId id : whole_.modules[module].outputs) {
        copy.outputs.push_back({place[id.index]});
      }
    }
    for (std::size_t index = 0; index < section_.plan.streams.size(); ++index) {
      const PlannedStream& stream = whole_.streams[section_.streams[index].index];
      if (!holds(stream.from)) {
        section_.plan.modules.front().outputs.push_back({index});
      }
      if (!holds(stream.to)) {
        section_.plan.modules.back().inputs.push_back({index});
      }
    }
  }

  ModuleId moved(ModuleId id) const { return {first_ + id.index - begin_}; }

  const Plan& whole_;
  std::size_t begin_;
  std::size_t end_;
  std::size_t first_ = 0;
  Section section_;
};

}  // namespace

std::vector<Section> cut_into_sections(const Plan& plan) {
  std::vector<Section> sections;
  std::size_t begin = 0;
  for (const std::size_t end : section_ends(plan)) {
    sections.push_back(Cutter(plan, begin, end).cut());
    begin = end;
  }
  return sections;
}

}  // namespace millrace::sim
