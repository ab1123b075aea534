#include "sim/structure/sections.hpp"

#include <map>
#include <set>

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
    find_streams();
    // In the order of the plan: the source before, the modules, the sink behind.
    for (const StreamId id : section_.streams) {
      if (!holds(whole_.stream(id).from)) {
        add_module({"source", Reader{dma(whole_.stream(id))}, {}, {}, {}, {}});
      }
    }
    first_ = section_.plan.modules.size();
    for (std::size_t module = begin_; module < end_; ++module) {
      add_module(whole_.modules[module]);
      place_ports(section_.plan.modules.back().inputs);
      place_ports(section_.plan.modules.back().outputs);
    }
    for (std::size_t index = 0; index < section_.streams.size(); ++index) {
      add_stream(whole_.stream(section_.streams[index]), StreamId{index});
    }
    return std::move(section_);
  }

 private:
  bool holds(ModuleId id) const { return id.index >= begin_ && id.index < end_; }

  /// All at the ports of the section's modules, each once, in the order of the plan.
  void find_streams() {
    std::set<std::size_t> found;
    const auto find = [&](const std::vector<StreamId>& ports) {
      for (const StreamId id : ports) {
        found.insert(id.index);
      }
    };
    for (std::size_t module = begin_; module < end_; ++module) {
      find(whole_.modules[module].inputs);
      find(whole_.modules[module].outputs);
    }
    for (const std::size_t index : found) {
      place_[index] = section_.streams.size();
      section_.streams.push_back({index});
    }
  }

  DmaParameters dma(const PlannedStream& stream) const {
    return {stream.words, 1, 1, whole_.memory.burst_bytes, whole_.memory.outstanding, 0};
  }

  ModuleId add_module(PlannedModule module) {
    section_.plan.modules.push_back(std::move(module));
    return {section_.plan.modules.size() - 1};
  }

  void place_ports(std::vector<StreamId>& ports) const {
    for (StreamId& id : ports) {
      id.index = place_.at(id.index);
    }
  }

  void add_stream(PlannedStream stream, StreamId id) {
    if (holds(stream.from)) {
      stream.from = moved(stream.from);
    } else {
      stream.from = ModuleId{0};
      section_.plan.modules.front().outputs.push_back(id);
    }
    if (holds(stream.to)) {
      stream.to = moved(stream.to);
    } else {
      stream.to = add_module({"sink", Writer{dma(stream)}, {}, {id}, {}, {}});
    }
    section_.plan.streams.push_back(std::move(stream));
  }

  ModuleId moved(ModuleId id) const { return {first_ + id.index - begin_}; }

  const Plan& whole_;
  std::size_t begin_;
  std::size_t end_;
  std::size_t first_ = 0;
  std::map<std::size_t, std::size_t> place_;  ///< of the plan's streams in the section
  Section section_;
};

}  // namespace

Section cut_out(const Plan& plan, ModuleId first, ModuleId last) {
  return Cutter(plan, first.index, last.index + 1).cut();
}

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
